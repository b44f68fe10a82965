"""Decisions of moderators. Each function checks the permission, changes the state, writes the log row and
says so as an event; a decision that changes nothing writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade, emit
from fedconnect.forum import moderators, withdrawing
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread, ThreadState

MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who decides on which board, and why. `moderator` is empty for whoever runs the installation.

    `was_said`: the moderator's own server has said it as an activity, which goes on as it is.
    """

    board: Board
    moderator: Person | None
    reason: str
    was_said: bool = False


def remove_post(session: Session, mandate: Mandate, post: Post) -> bool:
    """Take a post off the board; its words are kept for an appeal. False where nothing changed."""
    _permit(session, mandate, post.board_id)
    return withdrawing.remove(session, post) and _log(session, mandate, DecisionKind.REMOVE, post.uri)


def restore_post(session: Session, mandate: Mandate, post: Post) -> bool:
    """Show a removed post again."""
    _permit(session, mandate, post.board_id)
    return withdrawing.restore(session, post) and _log(session, mandate, DecisionKind.RESTORE, post.uri)


def lock_thread(session: Session, mandate: Mandate, thread: Thread) -> bool:
    """Let a thread take no more answers."""
    return _turn(session, mandate, thread, ThreadState.LOCKED, DecisionKind.LOCK)


def unlock_thread(session: Session, mandate: Mandate, thread: Thread) -> bool:
    """Let a thread take answers again."""
    return _turn(session, mandate, thread, ThreadState.OPEN, DecisionKind.UNLOCK)


def pin_thread(session: Session, mandate: Mandate, thread: Thread, *, pinned: bool) -> bool:
    """Let a thread stand before all others, or no longer."""
    _permit(session, mandate, thread.board_id)
    if thread.pinned is pinned:
        return False
    thread.pinned = pinned
    kind = DecisionKind.PIN if pinned else DecisionKind.UNPIN
    return _log(session, mandate, kind, thread.starter_uri)


def ban(session: Session, mandate: Mandate, person: Person, until: datetime | None) -> bool:
    """Keep somebody from writing on the board, until a moment or for good. Moderators cannot be banned."""
    _permit(session, mandate, mandate.board.id)
    if moderators.is_moderator(session, mandate.board, person):
        raise NotPermitted("a moderator is dismissed before being banned")
    if until is not None and until <= clock.now():
        return False
    known = _find_ban(session, mandate.board.id, person)
    if known is None:
        session.add(Ban(board_id=mandate.board.id, person_id=person.id, until=until))
    elif known.until == until:
        return False
    else:
        known.until = until
    return _log(session, mandate, DecisionKind.BAN, person.uri, until)


def unban(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody write on the board again."""
    _permit(session, mandate, mandate.board.id)
    known = _find_ban(session, mandate.board.id, person)
    if known is None:
        return False
    session.execute(delete(Ban).where(Ban.id == known.id))
    return _log(session, mandate, DecisionKind.UNBAN, person.uri)


def appoint(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody look after the board."""
    _permit(session, mandate, mandate.board.id)
    added = moderators.add_moderator(session, mandate.board, person)
    return added and _log(session, mandate, DecisionKind.APPOINT, person.uri)


def dismiss(session: Session, mandate: Mandate, person: Person) -> bool:
    """Let somebody look after the board no longer."""
    _permit(session, mandate, mandate.board.id)
    removed = moderators.remove_moderator(session, mandate.board, person)
    return removed and _log(session, mandate, DecisionKind.DISMISS, person.uri)


def is_banned(session: Session, board: Board, person: Person) -> bool:
    """Whether somebody may not write on a board now."""
    known = _find_ban(session, board.id, person)
    return known is not None and (known.until is None or known.until > clock.now())


def _turn(session: Session, mandate: Mandate, thread: Thread, state: ThreadState, kind: DecisionKind) -> bool:
    _permit(session, mandate, thread.board_id)
    if thread.state is state:
        return False
    thread.move(state)
    return _log(session, mandate, kind, thread.starter_uri)


def _permit(session: Session, mandate: Mandate, board_id: int) -> None:
    """Raise NotPermitted unless the mandate is for this board and the moderator still is one."""
    if mandate.board.id != board_id:
        raise NotPermitted("another board's")
    if mandate.moderator is not None and not moderators.is_moderator(
        session, mandate.board, mandate.moderator
    ):
        raise NotPermitted("no moderator of this board")


def _log(
    session: Session, mandate: Mandate, kind: DecisionKind, subject: str, until: datetime | None = None
) -> bool:
    decision = Decision(
        board_id=mandate.board.id,
        kind=kind,
        subject_uri=subject,
        person_id=mandate.moderator.id if mandate.moderator is not None else None,
        reason=mandate.reason[:MAX_REASON],
        until=until,
        at=clock.now(),
    )
    session.add(decision)
    session.flush()  # the event names it
    emit(session, DecisionMade(decision.id, mandate.was_said))
    return True


def _find_ban(session: Session, board_id: int, person: Person) -> Ban | None:
    return session.execute(
        select(Ban).where(Ban.board_id == board_id, Ban.person_id == person.id)
    ).scalar_one_or_none()
