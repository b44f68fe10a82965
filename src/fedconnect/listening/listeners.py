"""Who listens on a board: they offer it, a moderator confirms or ends it, an author keeps somebody away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.models.person import LATEST_FIRST, Person
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import in_force

_MOST_ON_A_BOARD = 500
_MOST_KEPT_AWAY = 50


@dataclass(frozen=True, slots=True)
class ListenerItem:
    """A listener as the moderators of their board see them."""

    person_id: int
    handle: str
    first: int
    last: int
    zone: str
    a_day: int
    since: datetime
    is_confirmed: bool


def offer(
    session: Session,
    person_id: int,
    board: Board,
    hours: Hours,
    a_day: int | None = None,
    offered_in: str = "",
) -> Listener | None:
    """Let somebody be asked where nobody answers; said again, their hours change, and what a moderator confirmed stays.
    None where a board has as many listeners as it can have."""
    parameters = in_force().listening
    known = find_listener(session, person_id, board)
    if known is None:
        if len(session.execute(_on(board).limit(_MOST_ON_A_BOARD)).all()) >= _MOST_ON_A_BOARD:
            return None
        known = Listener(person_id=person_id, board_id=board.id, a_day=parameters.a_day, since=clock.now())
        session.add(known)
    known.from_hour, known.to_hour, known.zone = hours.first, hours.last, hours.zone
    if a_day is not None:
        known.a_day = max(1, min(a_day, parameters.most_a_day))
    if offered_in:
        known.offered_in = offered_in
    session.flush()
    return known


def leave(session: Session, person_id: int, board: Board) -> bool:
    """Ask somebody no longer; whether they listened."""
    known = find_listener(session, person_id, board)
    if known is not None:
        session.delete(known)
    return known is not None


def confirm(session: Session, person_id: int, board: Board) -> bool:
    """Let a listener be asked about any post, those in safeguarding too; whether they listen. Who may say so is the
    caller's to ask."""
    known = find_listener(session, person_id, board)
    if known is not None and known.confirmed_at is None:
        known.confirmed_at = clock.now()
    return known is not None


def find_listener(session: Session, person_id: int, board: Board) -> Listener | None:
    """Return what somebody offered on a board."""
    return session.execute(
        select(Listener).where(Listener.person_id == person_id, Listener.board_id == board.id)
    ).scalar_one_or_none()


def has_listeners(session: Session, board: Board) -> bool:
    """Whether anybody listens on a board; how many is not told."""
    return session.execute(_on(board).limit(1)).first() is not None


def list_listeners(session: Session, board: Board) -> Sequence[ListenerItem]:
    """Return who listens on a board, for its moderators alone; the newest first."""
    rows = session.execute(
        select(Listener, Person)
        .join(Person, Person.id == Listener.person_id)
        .where(Listener.board_id == board.id)
        .order_by(Listener.since.desc(), Listener.id)
        .limit(_MOST_ON_A_BOARD)
    )
    return [
        ListenerItem(
            person.id, person.handle, one.from_hour, one.to_hour, one.zone, one.a_day, one.since,
            one.confirmed_at is not None,
        )
        for one, person in rows
    ]  # fmt: skip


def keep_away(session: Session, author_id: int, handle: str) -> None:
    """Let a listener not be asked about an author's posts. Nothing is said where nobody is called so, so that nobody can
    find out who listens.

    Raises:
        Malformed: no whole handle, or more people than anybody can keep away.
    """
    name, _, host = handle.strip().removeprefix("@").partition("@")
    if not name or not host or len(handle) > 300:
        raise Malformed("handle", safe="Please type a whole handle, such as @ana@example.social.")
    person_id = session.execute(
        select(Person.id)
        .where(func.lower(Person.username) == name.lower(), Person.handle_host == host.lower())
        .order_by(Person.username != name, *LATEST_FIRST)  # names are the same in small and capital letters
        .limit(1)
    ).scalar_one_or_none()
    kept = select(KeptAway.listener_id).where(KeptAway.author_id == author_id).limit(_MOST_KEPT_AWAY)
    away = session.execute(kept).scalars().all()
    if len(away) >= _MOST_KEPT_AWAY and person_id not in away:
        raise Malformed(
            "too many",
            safe="You keep fifty people away already. Please write to the board in private about others.",
        )
    if person_id is None or person_id == author_id:
        return
    session.execute(
        insert_or_skip(session, table_of(KeptAway)).values(
            id=new_id(), author_id=author_id, listener_id=person_id, at=clock.now()
        )
    )


def forget_person(session: Session, person_id: int) -> None:
    """Forget what somebody who is gone offered, was asked and wanted."""
    session.execute(delete(Listener).where(Listener.person_id == person_id))
    session.execute(delete(ListenerAsk).where(ListenerAsk.person_id == person_id))
    for column in (KeptAway.author_id, KeptAway.listener_id):
        session.execute(delete(KeptAway).where(column == person_id))


def _on(board: Board) -> Select[int]:
    return select(Listener.id).where(Listener.board_id == board.id)
