"""Rows of the forum beyond those of unit.py, and what a transaction has said so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.events import Event
from fedconnect.forum.author_display import Author
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.foundation import clock
from fedconnect.models.base import Row
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.unit import a_person, add

AnEvent = TypeVar("AnEvent", bound=Event)
NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after a noon that is past."""
    return NOON + timedelta(minutes=minutes)


def said(session: Session, kind: type[AnEvent]) -> list[AnEvent]:
    """The events of one kind that this transaction has emitted; they are kept."""
    return [one for one in session.info.get("events", []) if type(one) is kind]


def forget_events(session: Session) -> None:
    """Forget what has happened while the rows of a test were made."""
    session.info.pop("events", None)


def count(session: Session, row: type[Row], *conditions: Any) -> int:
    """How many rows of a table meet conditions."""
    return session.execute(select(func.count()).select_from(row).where(*conditions)).scalar_one()


def a_group(session: Session, name: str = "crafts", host: str = "group.example", **values: Any) -> Person:
    """A board elsewhere."""
    return a_person(session, name, host, kind="Group", **values)


def a_server(session: Session, host: str, policy: Policy) -> Instance:
    """A server that was decided on."""
    return add(session, Instance(host=host, policy=policy))


def a_decision(session: Session, post: Post, kind: DecisionKind, reason: str = "", **values: Any) -> Decision:
    """A line of the log about a post."""
    known = {"board_id": post.board_id, "kind": kind, "subject_uri": post.uri, "post_id": post.id}
    return add(session, Decision(**{**known, "reason": reason, "at": clock.now(), **values}))


def a_case(session: Session, board: Board, post: Post | None, **values: Any) -> Case:
    """Something to look at."""
    known: dict[str, Any] = {
        "board_id": board.id, "subject_uri": post.uri if post is not None else "https://home.example/users/eve",
        "post_id": post.id if post is not None else None, "severity": Severity.HURT, "first_at": NOON, "last_at": NOON,
    }  # fmt: skip
    return add(session, Case(**{**known, **values}))


def a_line(**values: Any) -> ThreadItem:
    """A conversation as a list shows it, of Ana's."""
    known: dict[str, Any] = {
        "id": 1, "board_slug": "respite", "board_name": "Respite", "title": "Respite in August", "excerpt": "Who knows?",
        "warning": "", "author": Author("Ana", "@ana@home.example", "", "Ana"), "author_handle": "@ana@home.example",
        "published": NOON, "last_post_at": NOON, "reply_count": 0, "pinned": False, "is_locked": False, "language": "en",
        "starter_uri": "https://home.example/posts/1", "boosts_undone": 0, "is_from_linked_group": False,
        "hides_authors": False, "post_id": 2,
    }  # fmt: skip
    return ThreadItem(**{**known, **values})
