"""Pictures that admins gave the forum or a board: made anew, small, kept in the database beside what they belong to."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.images import remake
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.site import OwnPicture, Site

_MOST_BYTES = 600_000
MOST_UPLOADED = 5_000_000


def remade(raw: bytes) -> bytes:
    """Return an uploaded picture made anew; opens no transaction, since it takes a while.

    Raises:
        Malformed: no picture, or one that is too large even so. Busy: another is being made.
    """
    try:
        made = remake(raw)
    except Malformed as error:
        raise Malformed(
            error.detail, safe="That is no picture we can read: PNG, JPEG, WebP or GIF, please."
        ) from error
    if len(made) > _MOST_BYTES:
        raise Malformed("picture", safe="That picture is too large. A square of 400 pixels is enough.")
    return made


def keep(session: Session, webp: bytes) -> str:
    """Keep a picture; return its digest."""
    digest = hashlib.sha256(webp).hexdigest()
    fresh = {"id": new_id(), "digest": digest, "webp": webp, "at": clock.now()}
    session.execute(insert_or_skip(session, table_of(OwnPicture)).values(**fresh))
    return digest


def drop_unused(session: Session) -> None:
    """Delete the pictures that nothing names any more."""
    session.flush()
    named = select(Site.logo).union_all(select(Board.picture))
    session.execute(delete(OwnPicture).where(OwnPicture.digest.not_in(named)))


def get_picture(session: Session, digest: str) -> bytes:
    """Return a picture by its digest (WebP).

    Raises:
        NotFound: there is none.
    """
    found = session.execute(select(OwnPicture.webp).where(OwnPicture.digest == digest)).scalar_one_or_none()
    if found is None:
        raise NotFound("no picture of ours")
    return found
