"""Rows of the listening room: who listens, what nobody answered, who was asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fedconnect.foundation import database
from fedconnect.listening import listeners
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.listener import ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.surfacing_rows import DAY, NOON, an_unanswered_post
from support.unit import a_person, add

ALWAYS = Hours(0, 23, "UTC")


def listens(name: str, board: Board, hours: Hours = ALWAYS, confirmed: bool = True) -> int:
    """Somebody who listens on a board, by their id."""
    with database.transaction() as session:
        person = a_person(session, name)
        listeners.offer(session, person.id, board, hours)
        if confirmed:
            listeners.confirm(session, person.id, board)
    return person.id


def quiet_post(board: Board, author: str = "ana", **values: Any) -> Post:
    """A post of thirteen hours ago, not its author's first, that nobody has answered."""
    with database.transaction() as session:
        known = session.execute(select(Person).where(Person.username == author)).scalar_one_or_none()
        return an_unanswered_post(session, board, known or a_person(session, author), **values)


def safeguarded(board: Board, **values: Any) -> Post:
    """An old post that is in safeguarding since a moment ago."""
    known = {"state": HearingState.CLOSED, "exclusion": Exclusion.SAFEGUARDING, "ended_at": NOON, **values}
    return quiet_post(board, begun_at=NOON - 9 * DAY, **known)


def danger(post: Post) -> None:
    """Let a case say that a post is about somebody's safety."""
    with database.transaction() as session:
        add(session, Case(board_id=post.board_id, subject_uri=post.uri, post_id=post.id, severity=Severity.DANGER,
                          first_at=NOON, last_at=NOON))  # fmt: skip


def asked() -> list[tuple[str, int]]:
    """Who was asked, about which post, in order."""
    with database.read_transaction() as session:
        rows = session.execute(
            select(Person.username, ListenerAsk.post_id)
            .join(Person, Person.id == ListenerAsk.person_id)
            .order_by(ListenerAsk.id)
        )
        return [(row[0], row[1]) for row in rows]
