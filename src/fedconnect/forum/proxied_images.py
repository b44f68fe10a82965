"""Pictures of other servers, shown through our own proxy so that a reader's browser contacts nobody else.

Only addresses that a post or a person brought here are ever fetched; a picture is known by their digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.proxied_image import ProxiedImage


def picture_path(url: str) -> str:
    """Return where our proxy shows the picture at an address."""
    return f"/media/{digest_of(url)}"


def digest_of(url: str) -> str:
    """Return the name of a picture: the digest of its address, so that nothing of it is in a path."""
    return hashlib.sha256(url.encode()).hexdigest()


def remember_pictures(session: Session, urls: Iterable[str]) -> None:
    """Let the proxy show these; nothing is fetched until somebody looks."""
    rows = [{"id": new_id(), "digest": digest_of(url), "url": url} for url in sorted(set(urls))]
    if rows:
        session.connection().execute(insert_or_skip(session, table_of(ProxiedImage)), rows)


def find_picture(session: Session, digest: str) -> ProxiedImage | None:
    """Return the picture of this name, or None where no post brought one."""
    return session.execute(select(ProxiedImage).where(ProxiedImage.digest == digest)).scalar_one_or_none()
