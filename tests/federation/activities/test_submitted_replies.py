"""A loose reply: a post of a reader's own whose server could not say what it answers; told by what they asked us to send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.activities.submitted_replies import LooseReply, find_loose_reply
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.submission import SubmissionState
from support.activity_rows import a_loose_submission
from support.moderation_rows import stop_the_clock
from support.unit import a_person, a_reader

ABOUT, SENT, OTHER = (f"https://home.example/posts/{name}" for name in ("about", "sent", "other"))


@pytest.fixture
def reader(session: Session, ana: Person) -> Reader:
    return a_reader(session, ana)


@pytest.mark.parametrize(
    "values",
    [
        {"is_loose": False},
        {"uri": OTHER},
        {"state": SubmissionState.FAILED},
        {"state": SubmissionState.FAILED, "uri": SENT},
        {"is_loose": False, "uri": SENT},
    ],
)
def test_what_was_meant_otherwise_is_no_loose_reply(
    session: Session, board: Board, ana: Person, reader: Reader, values: dict[str, Any]
) -> None:
    a_loose_submission(session, reader, board, ABOUT, **values)
    assert find_loose_reply(session, ana, SENT) is None


def test_what_somebody_else_sends_says_nothing_of_ones_own_post(
    session: Session, board: Board, ana: Person, reader: Reader
) -> None:
    ben = a_person(session, "ben")
    a_loose_submission(session, a_reader(session, ben), board, ABOUT, uri=SENT)
    a_loose_submission(session, a_reader(session, a_person(session, "fay")), board, ABOUT)
    assert find_loose_reply(session, ana, SENT) is None
    assert find_loose_reply(session, ben, SENT) == LooseReply(ABOUT)


@pytest.mark.parametrize("state", [SubmissionState.ASKED, SubmissionState.SENT, SubmissionState.SEEN])
def test_the_post_that_a_home_server_made_of_it_answers_what_the_reader_answered(
    session: Session, board: Board, ana: Person, reader: Reader, state: SubmissionState
) -> None:
    a_loose_submission(session, reader, board, ABOUT, uri=SENT, state=state)
    assert find_loose_reply(session, ana, SENT) == LooseReply(ABOUT)


def test_while_a_home_server_has_not_told_which_post_it_made_any_post_may_be_it(
    session: Session, board: Board, ana: Person, reader: Reader
) -> None:
    a_loose_submission(session, reader, board, ABOUT)
    assert find_loose_reply(session, ana, SENT) == LooseReply(None)


def test_a_post_that_is_told_by_its_id_does_not_wait_for_another_that_is_on_its_way(
    session: Session, board: Board, ana: Person, reader: Reader
) -> None:
    a_loose_submission(session, reader, board, OTHER)
    a_loose_submission(session, reader, board, ABOUT, uri=SENT)
    a_loose_submission(session, reader, board, OTHER)
    assert find_loose_reply(session, ana, SENT) == LooseReply(ABOUT)


@pytest.mark.parametrize("uri", ["", SENT])
def test_after_a_day_nobody_waits_for_a_loose_reply_any_more(
    session: Session, board: Board, ana: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    now = stop_the_clock(monkeypatch, clock.now().replace(microsecond=0))
    sent = a_loose_submission(session, reader, board, ABOUT, uri=uri, asked_at=now - timedelta(hours=24))
    assert find_loose_reply(session, ana, SENT) is None
    sent.asked_at = now - timedelta(hours=24) + timedelta(seconds=1)
    session.flush()
    assert find_loose_reply(session, ana, SENT) is not None
