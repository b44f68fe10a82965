"""The proxy for pictures of other servers: fetched once, made anew, kept in the data folder for a while.

A reader's browser asks only us; the other server sees only us, and not who looks.
"""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from fedconnect.forum.proxied_images import find_picture
from fedconnect.foundation import clock, database, fetch, images
from fedconnect.foundation.errors import Busy, FetchFailed, Malformed, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.proxied_image import ProxiedImage

MAX_PICTURE_BYTES = 8 << 20
MAX_FOLDER_BYTES = 2 << 30
ASK_AGAIN = timedelta(hours=6)
_PATIENCE_S = 10.0
_folder: Path | None = None


def configure(data_dir: Path) -> None:
    """Say where pictures are kept."""
    global _folder
    _folder = data_dir / "media"


def get_picture(digest: str) -> Path:
    """Return the file of a picture, fetching it where it is not kept.

    Raises:
        NotFound: no post brought such a picture, or it cannot be shown.
        Busy: too many pictures are being fetched, or its server does not answer now.
    """
    path = _path(digest)
    if path.exists():
        os.utime(path)  # so that those nobody looks at go first
        return path
    with database.read_transaction() as session:
        medium = find_picture(session, digest)
    if medium is None:
        raise NotFound("no such picture")
    if medium.refused and medium.asked_at is not None and clock.now() - medium.asked_at < ASK_AGAIN:
        raise NotFound(f"refused: {medium.refused}")
    with outbound_slot(known=False):
        return _bring(medium, path)


def prune(limit: int = MAX_FOLDER_BYTES) -> int:
    """Forget the pictures that were looked at longest ago, until the folder is small enough; return how many."""
    if _folder is None or not _folder.is_dir():
        return 0
    kept = [file for file in _folder.rglob("*") if file.is_file()]  # what was being written when we died, too
    files = sorted(((file.stat(), file) for file in kept), key=lambda one: one[0].st_mtime)
    total = sum(facts.st_size for facts, _ in files)
    gone = 0
    for facts, file in files:
        if total <= limit:
            break
        file.unlink(missing_ok=True)
        total -= facts.st_size
        gone += 1
    return gone


def _bring(medium: ProxiedImage, path: Path) -> Path:
    try:
        response = fetch.get(
            medium.url, headers={"Accept": "image/*"}, max_bytes=MAX_PICTURE_BYTES, total_s=_PATIENCE_S
        )
        if response.status != 200:
            raise FetchFailed(f"status {response.status}", retryable=response.status >= 500)
        made = images.remake(response.body)
    except FetchFailed as error:
        _refuse(medium, error.detail)
        if error.retryable:
            raise Busy(f"a picture's server does not answer: {error.detail}") from error
        raise NotFound(f"a picture cannot be had: {error.detail}") from error
    except Malformed as error:
        _refuse(medium, error.detail)
        raise NotFound(f"a picture cannot be shown: {error.detail}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    fresh.write_bytes(made)
    fresh.replace(path)
    return path


def _refuse(medium: ProxiedImage, reason: str) -> None:
    with database.transaction() as session:
        session.execute(
            update(ProxiedImage)
            .where(ProxiedImage.id == medium.id)
            .values(refused=reason[:120] or "refused", asked_at=clock.now())
        )


def _path(digest: str) -> Path:
    if _folder is None:
        raise RuntimeError("proxy.configure() was not called")
    return _folder / digest[:2] / f"{digest}.webp"
