"""Decisions on who may write on a board, and who looks after it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.decision import Ban, DecisionKind
from fedconnect.models.person import Person
from fedconnect.moderation.mandate import Mandate, log, permit


def ban(session: Session, mandate: Mandate, person: Person, until: datetime | None) -> bool:
    """Keep somebody from writing on the board, until a moment or for good. Moderators cannot be banned."""
    return _keep_off(session, mandate, person, until, is_hold=False)


def hold_author(session: Session, mandate: Mandate, person: Person, until: datetime | None) -> bool:
    """Let somebody's posts wait for a look before they are shown, until a moment or for good."""
    return _keep_off(session, mandate, person, until, is_hold=True)


def unban(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody write on the board again."""
    return _let_back(session, mandate, person, DecisionKind.UNBAN, is_hold=False)


def free_author(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody's posts be shown at once again."""
    return _let_back(session, mandate, person, DecisionKind.FREE_AUTHOR, is_hold=True)


def appoint(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody look after the board."""
    permit(session, mandate, mandate.board.id)
    added = moderators.add_moderator(session, mandate.board, person)
    return added and log(session, mandate, DecisionKind.APPOINT, person.uri)


def dismiss(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody look after the board no longer."""
    permit(session, mandate, mandate.board.id)
    removed = moderators.remove_moderator(session, mandate.board, person)
    return removed and log(session, mandate, DecisionKind.DISMISS, person.uri)


def _keep_off(
    session: Session, mandate: Mandate, person: Person, until: datetime | None, *, is_hold: bool
) -> bool:
    permit(session, mandate, mandate.board.id)
    if moderators.is_moderator(session, mandate.board, person):
        raise NotPermitted("a moderator", safe="Who looks after the board is dismissed from that first.")
    if until is not None and until <= clock.now():
        return False
    known = _find_ban(session, mandate.board.id, person)
    if known is None:
        session.add(Ban(board_id=mandate.board.id, person_id=person.id, until=until, is_hold=is_hold))
    elif (known.until, known.is_hold) == (until, is_hold):
        return False
    else:
        known.until, known.is_hold = until, is_hold
    kind = DecisionKind.HOLD_AUTHOR if is_hold else DecisionKind.BAN
    return log(session, mandate, kind, person.uri, until=until)


def _let_back(
    session: Session, mandate: Mandate, person: Person, kind: DecisionKind, *, is_hold: bool
) -> bool:
    permit(session, mandate, mandate.board.id)
    known = _find_ban(session, mandate.board.id, person)
    if known is None or known.is_hold is not is_hold:
        return False
    session.execute(delete(Ban).where(Ban.id == known.id))
    return log(session, mandate, kind, person.uri)


def _find_ban(session: Session, board_id: int, person: Person) -> Ban | None:
    return session.execute(
        select(Ban).where(Ban.board_id == board_id, Ban.person_id == person.id)
    ).scalar_one_or_none()
