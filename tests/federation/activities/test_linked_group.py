"""What a sister board brings: asked for at its origin; and of a thread that came from there, whether it takes answers."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Document
from fedconnect.federation.activities import linked_group
from fedconnect.federation.activities.activity_type import Envelope
from fedconnect.federation.activities.result import Handled, Ignored
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.thread import ThreadState
from support.activity_rows import BOARD, a_sister, coming, meant
from support.unit import a_post, a_thread

FAR = "https://far.example/1"


@pytest.fixture
def sister(session: Session, board: Board) -> Person:
    return a_sister(session, board)


def envelope(sister: Person, board: Board, target: str) -> Envelope:
    inner: Document = {"type": "Lock", "object": target}
    return Envelope(coming(sister, "Announce", inner, inbound_id=3), inner, target, board)


def test_nothing_of_ours_is_fetched(session: Session, board: Board, sister: Person) -> None:
    for uri in (BOARD, f"{BOARD}/notes/1"):
        assert linked_group.fetch(session, coming(sister, "Announce", uri), uri, board) == Ignored(
            "ours already"
        )
    assert meant(session) == []


def test_what_an_envelope_is_about_is_asked_for_once_and_says_which_sister_brought_it_to_which_board(
    session: Session, board: Board, sister: Person
) -> None:
    given = envelope(sister, board, FAR)
    assert linked_group.fetch_target(session, given) == Handled("to be fetched")
    assert linked_group.fetch_target(session, given) == Handled("fetched before")
    (task,) = meant(session)
    assert (task.uri, task.cause, task.asker, task.for_board, task.linked_group_uri) == (
        FAR, "inbound:3", "group.example", "respite", sister.uri
    )  # fmt: skip


def test_another_sisters_thread_and_our_own_are_not_theirs(
    session: Session, board: Board, sister: Person
) -> None:
    other = a_sister(session, board, "knitting")
    for thread_of in (None, other.uri, sister.uri + "/2"):
        thread, post = a_thread(session, board, thread_linked_group_uri=thread_of)
        given = envelope(sister, board, post.uri)
        assert linked_group.find_theirs(session, given) is None
        assert linked_group.turn_thread(session, given, ThreadState.LOCKED) == Ignored(
            "no thread that came from there"
        )
        assert thread.state is ThreadState.OPEN
    assert linked_group.find_theirs(session, envelope(sister, board, FAR)) is None


def test_an_answer_in_a_thread_of_theirs_is_theirs_and_turns_no_thread(
    session: Session, board: Board, sister: Person
) -> None:
    thread, starter = a_thread(session, board, thread_linked_group_uri=sister.uri)
    answer = a_post(session, thread)
    assert linked_group.find_theirs(session, envelope(sister, board, starter.uri)) == (starter, thread)
    about_answer = envelope(sister, board, answer.uri)
    assert linked_group.find_theirs(session, about_answer) == (answer, thread)
    assert isinstance(linked_group.turn_thread(session, about_answer, ThreadState.LOCKED), Ignored)
    assert thread.state is ThreadState.OPEN


def test_a_thread_of_theirs_is_locked_and_opened_as_they_say_and_said_twice_it_stays(
    session: Session, board: Board, sister: Person
) -> None:
    thread, starter = a_thread(session, board, thread_linked_group_uri=sister.uri)
    given = envelope(sister, board, starter.uri)
    for state in (ThreadState.OPEN, ThreadState.LOCKED, ThreadState.LOCKED, ThreadState.OPEN):
        assert linked_group.turn_thread(session, given, state) == Handled(
            f"the sister board says {state.value}"
        )
        assert thread.state is state
