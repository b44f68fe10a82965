"""What lists show of a thread follows from its posts, in whatever order they came."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum.threads import locked_row, recount
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, PostState
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.mark.parametrize(
    ("answer", "replies", "latest", "answered"),
    [
        (None, 0, at(0), False),
        ({"state": PostState.HELD}, 0, at(0), False),
        ({"state": PostState.REMOVED}, 0, at(0), False),
        ({"state": PostState.DELETED}, 0, at(0), False),
        ({}, 1, at(5), True),
        ({"is_addressed": False}, 0, at(0), True),  # an answer all the same, though not to the board
        ({"is_addressed": False, "arrival": Arrival.FETCHED}, 0, at(0), True),
        ({"is_addressed": False, "arrival": Arrival.LINKED_GROUP}, 1, at(5), True),
        ({"published": at(-5)}, 1, at(0), True),  # a clock that is wrong draws no thread back
    ],
)  # fmt: skip
def test_an_answer_counts_where_it_is_seen_and_meant_for_the_board(
    session: Session, board: Board, ana: Person, answer: dict[str, Any] | None, replies: int, latest: Any, answered: bool
) -> None:  # fmt: skip
    thread, _ = a_thread(session, board, ana, published=at(0), thread_reply_count=9, thread_answered=True)
    if answer is not None:
        a_post(session, thread, a_person(session, "ben"), **{"published": at(5), **answer})
    recount(session, thread)
    row = locked_row(session, thread.id)
    assert (row.reply_count, row.last_post_at, row.answered) == (replies, latest, answered)


def test_whoever_answers_themselves_is_not_answered(session: Session, board: Board, ana: Person) -> None:
    thread, _ = a_thread(session, board, ana, published=at(0))
    a_post(session, thread, ana, published=at(5))
    a_post(session, thread, ana, published=at(7))
    recount(session, thread)
    assert (thread.reply_count, thread.last_post_at, thread.answered) == (2, at(7), False)
    a_post(session, thread, None, published=at(6))  # the board itself answers
    recount(session, thread)
    assert (thread.reply_count, thread.last_post_at, thread.answered) == (3, at(7), True)


@pytest.mark.parametrize(("is_anonymous", "answered"), [(False, True), (True, False)])
def test_the_boards_own_words_wait_for_an_answer_only_where_they_ask_for_somebody(
    session: Session, board: Board, ana: Person, is_anonymous: bool, answered: bool
) -> None:
    thread, _ = a_thread(session, board, None, thread_is_anonymous=is_anonymous)
    recount(session, thread)
    assert thread.answered is answered
    a_post(session, thread, None)
    recount(session, thread)
    assert thread.answered is answered
    a_post(session, thread, ana)
    recount(session, thread)
    assert thread.answered


def test_what_stands_in_another_thread_counts_there_alone(
    session: Session, board: Board, ana: Person
) -> None:
    thread, _ = a_thread(session, board, ana)
    other, _ = a_thread(session, board, ana)
    a_post(session, other, a_person(session, "ben"))
    recount(session, thread)
    assert (thread.reply_count, thread.answered) == (0, False)
    assert (other.reply_count, other.answered) == (0, False)
    recount(session, other)
    assert (other.reply_count, other.answered) == (1, True)
