"""Fifty posts through a server that keeps no Idempotency-Key, over a line that loses every third answer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from fedconnect.accounts.outgoing_status import status_text
from fedconnect.foundation import caches, clock, database, html
from fedconnect.home_servers import submissions
from fedconnect.models.board import Board
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.home import DIALECTS, FakeHomeServer
from support.rows import visit_of
from support.visitor import Visitor

POSTS, EDITS = 50, 20


@pytest.fixture(params=["gotosocial", "mastodon 4.5"])
def home(request: pytest.FixtureRequest) -> Iterator[FakeHomeServer]:
    server = FakeHomeServer("127.0.0.3", DIALECTS[request.param])
    yield server
    server.close()


def said(text: str) -> dict[str, str]:
    return {"status": status_text(text, "@respite@forum.example"), "visibility": "public"}


def lose_answers(home: FakeHomeServer) -> None:
    """Lose every second answer to what changes something, and every fifth of the others."""
    chance = random.Random(20261125)
    home.loses = lambda asked: chance.random() < (0.2 if asked.startswith("GET") else 0.5)


def try_until_seen(numbers: list[int]) -> None:
    for number in numbers:
        for _ in range(40):
            if submissions.process(number).state is SubmissionState.SEEN:
                break
            with database.transaction() as session:
                session.execute(update(Submission).values(due_at=clock.now()))


def test_whatever_answers_are_lost_each_edit_arrives_and_is_told_as_done(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    """GoToSocial refuses a change that changes nothing, which is what asking a second time is."""
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    reader_id = visit_of(visitor).reader_id
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        first = [
            submissions.submit(session, reader_id, board, SubmissionKind.START, said(f"Night {place}?"), key=f"a {place}").id
            for place in range(EDITS)
        ]  # fmt: skip
    try_until_seen(first)
    uris = [one.uri for one in forum.rows(Submission)]
    lose_answers(home)
    with database.transaction() as session:
        second = [
            submissions.submit(
                session, reader_id, board, SubmissionKind.EDIT, said(f"Night {place}, again?"), key=f"b {place}", about_uri=uri
            ).id
            for place, uri in enumerate(uris)
        ]  # fmt: skip
    try_until_seen(second)
    assert [one.state for one in forum.rows(Submission)] == [SubmissionState.SEEN] * 2 * EDITS
    assert len(home.statuses) == EDITS
    assert all("again?" in one["content"] for one in home.statuses.values())
    assert sum(one.title.endswith("again?") for one in forum.rows(Thread)) == EDITS


def test_whatever_answers_are_lost_each_post_is_made_once(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    reader_id = visit_of(visitor).reader_id
    # every fifth says the same: whoever means to say it twice may
    texts = [f"What helps at night, number {number if number % 5 else 0}?" for number in range(POSTS)]
    lose_answers(home)
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        numbers = [
            submissions.submit(
                session, reader_id, board, SubmissionKind.START, said(text), key=f"key {place}"
            ).id
            for place, text in enumerate(texts)
        ]
    try_until_seen(numbers)
    assert [one.state for one in forum.rows(Submission)] == [SubmissionState.SEEN] * POSTS
    assert Counter(html.text_of(one["content"]).split("\n")[0] for one in home.statuses.values()) == Counter(
        texts
    )
    assert len({one.uri for one in forum.rows(Submission)}) == POSTS
