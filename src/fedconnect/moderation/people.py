"""Decisions on who may write on a board, and who looks after it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.activitypub.trust import policy_of
from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.mandate import Mandate, log, permit


def ban(session: Session, mandate: Mandate, person: Person, until: datetime | None) -> bool:
    """Keep somebody from writing on the board, until a moment or for good. Who looks after
    the board, or runs the forum, cannot be banned."""
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
    """Let somebody look after the board. Only the installation does so at once; moderators ask (`care.invite`), and
    it is done once whoever was asked says yes.

    Raises:
        NotPermitted: a moderator appoints; or that account is gone, blocked, or kept off the board.
    """
    permit(session, mandate, mandate.board.id)
    if mandate.moderator is not None:
        raise NotPermitted("not asked yet", safe="Whoever is to look after the board is asked first.")
    check_fit(session, mandate.board, person)
    added = moderators.add_moderator(session, mandate.board, person)
    return added and log(session, mandate, DecisionKind.APPOINT, person.uri)


def dismiss(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody look after the board no longer; one that nobody looks after says that it needs somebody.

    Raises:
        NotPermitted: a fellow moderator dismisses; see `moderators.may_dismiss`.
    """
    permit(session, mandate, mandate.board.id)
    if not moderators.may_dismiss(session, mandate.moderator, person):
        raise NotPermitted("a fellow moderator", safe="Only whoever runs the forum dismisses others.")
    if not moderators.remove_moderator(session, mandate.board, person):
        return False
    if not moderators.list_moderators(session, mandate.board):
        mandate.board.wants_moderators = True
    return log(session, mandate, DecisionKind.DISMISS, person.uri)


def check_fit(session: Session, board: Board, person: Person) -> None:
    """Raise NotPermitted where somebody cannot look after a board: gone, blocked with their server, or kept off it."""
    if person.gone_at is not None or policy_of(session, person.host) is Policy.BLOCKED:
        raise NotPermitted("gone or blocked", safe="That account is gone, or its server is blocked.")
    if _find_ban(session, board.id, person) is not None:
        raise NotPermitted("kept off", safe="They are kept off this board: let them back first.")


def _keep_off(
    session: Session, mandate: Mandate, person: Person, until: datetime | None, *, is_hold: bool
) -> bool:
    permit(session, mandate, mandate.board.id)
    if moderators.may_decide(session, mandate.board, person):
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
