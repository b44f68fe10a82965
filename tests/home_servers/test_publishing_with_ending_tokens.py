"""Writing through a home server whose tokens end: nothing is asked of the reader while they can be renewed, and nothing
that they wrote is lost when they cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from fedconnect.accounts import grants, revocation
from fedconnect.accounts.outgoing_status import status_text
from fedconnect.foundation import caches, database
from fedconnect.home_servers import submissions
from fedconnect.models.board import Board
from fedconnect.models.reader import Grant
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from support.forum import Forum
from support.home import DIALECTS, FakeHomeServer
from support.rows import visit_of
from support.visitor import Visitor


@pytest.fixture(params=["pleroma", "pixelfed"])
def home(request: pytest.FixtureRequest) -> Iterator[FakeHomeServer]:
    """A server whose tokens end within a minute: each use of one renews it."""
    server = FakeHomeServer("127.0.0.3", DIALECTS[request.param])
    server.ends_in_s = 30
    yield server
    server.close()


def write(visitor: Visitor, words: str) -> int:
    status = {"status": status_text(words, "@respite@forum.example"), "visibility": "public"}
    with database.transaction() as session:
        board = session.scalars(select(Board).where(Board.slug == "respite")).one()
        return submissions.submit(
            session, visit_of(visitor).reader_id, board, SubmissionKind.START, status, key=words
        ).id


def test_what_somebody_wrote_stays_where_their_permission_cannot_be_renewed(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    home.refreshing.clear()
    number = write(visitor, "What helps at night?")
    with pytest.raises(grants.PermissionNeeded):
        submissions.process(number)
    (kept,) = forum.rows(Submission)
    assert kept.state is SubmissionState.FAILED
    assert "What helps at night?" in str(kept.fields)
    assert home.statuses == {}
    assert [one.ended_at is not None for one in forum.rows(Grant)] == [True]


def test_post_after_post_goes_out_and_leaving_leaves_no_token(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    caches.clear_all()
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    for words in ("What helps at night?", "What helps by day?"):
        assert submissions.process(write(visitor, words)).state is SubmissionState.SEEN
    assert len(home.statuses) == 2
    revocation.disconnect(visit_of(visitor))
    assert home.tokens == {}
