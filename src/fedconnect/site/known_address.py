"""The address under which this forum's boards were made: every id of theirs begins with it, and other servers keep them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.models.board import Board
from fedconnect.site import identity
from fedconnect.site.settings import ensure_site


def hold(session: Session, base_url: str) -> None:
    """Remember the address, where it may be this one.

    Raises:
        InvalidSettings: boards were made under another; one line that says what to do.
    """
    check(session, base_url)
    ensure_site(session).base_url = base_url


def check(session: Session, base_url: str) -> None:
    """Compare the address with the one that is remembered. Before there is a board, any may be (2 queries at most).

    Raises:
        InvalidSettings: boards were made under another.
    """
    row = identity.find_row(session)
    known = row.base_url if row is not None else ""
    if known in {"", base_url} or session.execute(select(Board.id).limit(1)).first() is None:
        return
    raise InvalidSettings(
        [
            f"FEDCONNECT_BASE_URL is {base_url}, but the boards here were made at {known}, and other servers know them by that: "
            f"set FEDCONNECT_BASE_URL={known}, or run `fedconnect site address --accept` if the forum has moved for good "
            "(followers elsewhere stay with the old address)"
        ]
    )


def accept(session: Session, base_url: str) -> str:
    """Take over another address for good; return the one that was remembered before, or empty."""
    row = ensure_site(session)
    before, row.base_url = row.base_url, base_url
    return before
