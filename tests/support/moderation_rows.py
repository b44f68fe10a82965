"""Rows of moderation for tests of a single module: who decides and why, cases, decisions, objections, a stopped clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.events import CaseReported
from fedconnect.foundation import clock
from fedconnect.models.base import Row
from fedconnect.models.board import Board
from fedconnect.models.board_rules import Admin
from fedconnect.models.case import Case, CaseKind, Severity
from fedconnect.models.decision import Appeal, Ban, Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.cases import reports
from support.unit import AnyRow, a_moderator, a_person, a_reader, a_thread, add

RULE, REASON = "1. Be kind: no attacks, no hate, no mockery.", "It mocks somebody."


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, at: datetime | None = None) -> datetime:
    """Let it be one moment from now on; return it."""
    moment = at or clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def an_admin(session: Session, name: str = "ada", host: str = "home.example") -> Person:
    """Somebody who runs the installation."""
    person = a_person(session, name, host)
    add(session, Admin(person_id=person.id, since=clock.now()))
    return person


def somebody_of_the_team(session: Session, board: Board, name: str = "mo", **values: Any) -> Person:
    """Somebody who looks after a board."""
    person = a_person(session, name)
    a_moderator(session, board, person, **values)
    return person


def a_context(board: Board, moderator: Person | None = None, **values: Any) -> ModerationContext:
    """Who decides on a board, with a rule and a reason."""
    return ModerationContext(
        **{"board": board, "moderator": moderator, "reason": REASON, "rule": RULE, **values}
    )


def a_case(
    session: Session, board: Board, subject: str = "https://home.example/posts/x", **values: Any
) -> Case:
    """Something that somebody should look at."""
    now = clock.now()
    known = {
        "board_id": board.id, "kind": CaseKind.REPORT, "severity": Severity.RULES, "subject_uri": subject,
        "first_at": now, "last_at": now,
    }  # fmt: skip
    return add(session, Case(**{**known, **values}))


def a_decision(session: Session, board: Board | None, **values: Any) -> Decision:
    """A line of the log."""
    known = {
        "board_id": board.id if board is not None else None, "kind": DecisionKind.REMOVE, "rule": RULE,
        "subject_uri": "https://home.example/posts/x", "reason": REASON, "at": clock.now(),
    }  # fmt: skip
    return add(session, Decision(**{**known, **values}))


def an_appeal(session: Session, decision: Decision, person: Person, **values: Any) -> Appeal:
    """Somebody's objection."""
    now = clock.now()
    known = {
        "decision_id": decision.id, "person_id": person.id, "words": "Why?", "at": now,
        "due_at": now + timedelta(days=14),
    }  # fmt: skip
    return add(session, Appeal(**{**known, **values}))


def a_ban(session: Session, board: Board, person: Person, **values: Any) -> Ban:
    """Somebody is kept off a board."""
    return add(session, Ban(**{"board_id": board.id, "person_id": person.id, **values}))


def a_server(session: Session, host: str, policy: Policy, **values: Any) -> Instance:
    """A server that was decided on."""
    return add(session, Instance(**{"host": host, "policy": policy, **values}))


def a_visit(session: Session, person: Person, reader: Reader | None = None) -> Visit:
    """Somebody who is signed in."""
    reader = reader or a_reader(session, person)
    return Visit(
        1, reader.id, person.id, person.uri, person.name, person.handle, reader.home_id, person.host, "mastodon",
        clock.now(), None, False,
    )  # fmt: skip


def every(session: Session, row: type[AnyRow]) -> list[AnyRow]:
    """Every row of a table, in the order in which they were made."""
    session.flush()
    return list(session.execute(select(row).order_by(row.id)).scalars())


def count(session: Session, row: type[Row]) -> int:
    """How many rows a table has."""
    return len(every(session, row))


def emitted(session: Session) -> list[Any]:
    """What was said to have happened in this transaction, and is not reacted to."""
    return list(session.info.get("events", []))


def a_post_on(session: Session, board: Board, words: str = "Some words") -> Post:
    """A post of its own author, with these words."""
    return a_thread(session, board, a_person(session, "author"), source=f"<p>{words}</p>")[1]


def calls(session: Session) -> int:
    """How often somebody was told that there is something to look at."""
    return len([one for one in emitted(session) if type(one) is CaseReported])


def reported(
    session: Session,
    board: Board,
    post: Post,
    by: Person,
    words: str = "It mocks.",
    said: Severity = Severity.RULES,
) -> Case:
    """What becomes of a report of a post by somebody."""
    return reports.report_post(session, board, post, by, words, f"https://{by.host}/reports/{by.id}", said)
