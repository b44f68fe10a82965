"""How a reader wants to read and write here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.models.reader import Reader


def preferences_of(session: Session, visit: Visit) -> Reader:
    """Return what a reader chose, and what their own account does as a rule."""
    return session.get_one(Reader, visit.reader_id)


def choose_first(session: Session, visit: Visit, *, content: bool | None) -> None:
    """Let lists show words before names (True), names before words (False), or as each board does (None)."""
    preferences_of(session, visit).hides_authors = content
