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
from support.forum import Forum
from support.home import DIALECTS, FakeHomeServer
from support.rows import visit_of
from support.visitor import Visitor

POSTS = 50


@pytest.fixture(params=["gotosocial", "mastodon 4.5"])
def home(request: pytest.FixtureRequest) -> Iterator[FakeHomeServer]:
    server = FakeHomeServer("127.0.0.3", DIALECTS[request.param])
    yield server
    server.close()


def test_whatever_answers_are_lost_each_post_is_made_once(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    reader_id = visit_of(visitor).reader_id
    # every fifth says the same: whoever means to say it twice may
    texts = [f"What helps at night, number {number if number % 5 else 0}?" for number in range(POSTS)]
    chance = random.Random(20261125)
    home.loses = lambda asked: chance.random() < (0.5 if asked.startswith("POST") else 0.2)
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        numbers = [
            submissions.submit(
                session, reader_id, board, SubmissionKind.START, {"status": status_text(text, "@respite@forum.example"), "visibility": "public"}, key=f"key {place}"
            ).id
            for place, text in enumerate(texts)
        ]  # fmt: skip
    for number in numbers:
        for _ in range(40):
            if submissions.process(number).state is SubmissionState.SEEN:
                break
            with database.transaction() as session:
                session.execute(update(Submission).values(due_at=clock.now()))
    assert [one.state for one in forum.rows(Submission)] == [SubmissionState.SEEN] * POSTS
    assert Counter(html.text_of(one["content"]).split("\n")[0] for one in home.statuses.values()) == Counter(
        texts
    )
    assert len({one.uri for one in forum.rows(Submission)}) == POSTS
