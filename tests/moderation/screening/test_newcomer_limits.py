"""How many threads of people not seen before are shown: at each limit, and whom it does not concern."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, registrable_domains
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.hold_reason import WAVE
from fedconnect.moderation.screening import newcomer_limits
from fedconnect.moderation.screening.newcomer_limits import (
    Numbers,
    is_over,
    may_write_to,
    numbers_of,
    was_known,
)
from support.moderation_rows import a_case, stop_the_clock
from support.unit import a_board, a_person, a_thread, add


@pytest.fixture
def at_home() -> Iterator[None]:
    registrable_domains.configure(("home.example",))
    yield
    registrable_domains.configure(())


def is_known(session: Session, board: Board, person: Person) -> bool:
    return bool(session.execute(select(was_known(board, person))).scalar())


def strangers_thread(session: Session, board: Board, author: Person, **values: Any) -> Post:
    known = {"newcomer_host": author.host, "received": clock.now() - timedelta(minutes=30)}
    return a_thread(session, board, author, **{**known, **values})[1]


def test_so_many_threads_of_one_stranger_are_shown_and_no_more(session: Session) -> None:
    board, ana = a_board(session, threads_a_stranger=2, threads_a_server=99), a_person(session)
    strangers_thread(session, board, ana)
    assert not is_over(session, board, ana, is_thread=True)
    strangers_thread(session, board, ana)
    assert is_over(session, board, ana, is_thread=True)
    assert not is_over(session, board, a_person(session, "bea"), is_thread=True), "who else is new"


def test_where_none_may_be_shown_the_first_waits(session: Session) -> None:
    board = a_board(session, threads_a_stranger=0, threads_a_server=99)
    assert is_over(session, board, a_person(session), is_thread=True)


def test_all_of_a_server_count_together_by_the_domain_that_somebody_registered(session: Session) -> None:
    board = a_board(session, threads_a_stranger=9, threads_a_server=2)
    for host in ("one.spam.example", "two.spam.example"):
        assert not is_over(session, board, a_person(session, "next", f"x.{host}"), is_thread=True)
        strangers_thread(session, board, a_person(session, "ana", host))
    assert is_over(session, board, a_person(session, "bea", "three.spam.example"), is_thread=True)
    assert not is_over(session, board, a_person(session, "bea", "other.example"), is_thread=True)


def test_what_is_held_or_older_than_an_hour_or_of_somebody_known_does_not_count(session: Session) -> None:
    board, ana = a_board(session, threads_a_stranger=1, threads_a_server=1), a_person(session)
    strangers_thread(session, board, ana, state=PostState.HELD)
    strangers_thread(session, board, ana, received=clock.now() - timedelta(minutes=61))
    strangers_thread(session, board, ana, newcomer_host="")
    assert not is_over(session, board, ana, is_thread=True)
    strangers_thread(session, board, ana, state=PostState.DELETED)
    assert is_over(session, board, ana, is_thread=True), "deleting makes no room for more"


def test_the_hour_ends_to_the_second(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board, ana = a_board(session, threads_a_stranger=1), a_person(session)
    now = stop_the_clock(monkeypatch)
    post = strangers_thread(session, board, ana, received=now - timedelta(hours=1) + timedelta(seconds=1))
    assert is_over(session, board, ana, is_thread=True)
    assert not is_known(session, board, ana)
    post.received = now - timedelta(hours=1)
    session.flush()
    assert not is_over(session, board, ana, is_thread=True)
    assert is_known(session, board, ana)


def test_another_boards_threads_count_for_the_whole_installation_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = a_board(session, threads_a_stranger=1, threads_a_server=1)
    other, ana = a_board(session, "other"), a_person(session)
    strangers_thread(session, other, ana)
    assert not is_over(session, board, ana, is_thread=True)
    monkeypatch.setattr(newcomer_limits, "INSTALLATION", 1)
    assert is_over(session, board, ana, is_thread=True)


def test_answers_are_counted_apart_and_five_times_as_many_are_shown(session: Session) -> None:
    board, ana = a_board(session, threads_a_stranger=1, threads_a_server=99), a_person(session)
    for number in range(newcomer_limits.REPLIES):
        assert not is_over(session, board, ana, is_thread=False), number
        post = strangers_thread(session, board, ana)
        post.is_starter = False
        session.flush()
    assert is_over(session, board, ana, is_thread=False)
    assert not is_over(session, board, ana, is_thread=True)


@pytest.mark.usefixtures("at_home")
def test_the_home_server_has_at_least_numbers_of_its_own_and_is_not_of_the_rest(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = a_board(session, threads_a_stranger=3, threads_a_server=600)
    assert numbers_of(board, "home.example", is_thread=True) == Numbers(10, 600)
    assert numbers_of(board, "social.home.example", is_thread=False) == Numbers(50, 3000)
    assert numbers_of(board, "else.example", is_thread=True) == Numbers(3, 600)
    monkeypatch.setattr(newcomer_limits, "INSTALLATION", 1)
    strangers_thread(session, board, a_person(session, "eve", "else.example"))
    assert not is_over(session, board, a_person(session), is_thread=True)
    assert is_over(session, board, a_person(session, "eva", "third.example"), is_thread=True)


@pytest.mark.usefixtures("at_home")
def test_what_comes_from_home_takes_nobody_elses_room(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomer_limits, "INSTALLATION", 1)
    board = a_board(session)
    strangers_thread(session, board, a_person(session))
    assert not is_over(session, board, a_person(session, "eve", "else.example"), is_thread=True)


def test_known_is_whose_post_stands_here_since_an_hour_and_nobody_else(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    before = clock.now() - timedelta(hours=2)
    a_thread(session, other, ana, received=before)
    a_thread(session, board, a_person(session, "bea"), received=before)
    for state in (PostState.HELD, PostState.REMOVED, PostState.DELETED):
        a_thread(session, board, ana, received=before, state=state)
    assert not is_known(session, board, ana)
    a_thread(session, board, ana, received=before)
    assert is_known(session, board, ana)


def test_whose_posts_wait_is_told_once_a_day(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    first, second = strangers_thread(session, board, ana), strangers_thread(session, board, ana)
    earlier = a_case(session, board, first.uri, post_id=first.id, wave=WAVE)
    case = a_case(session, board, second.uri, post_id=second.id, wave=WAVE)
    assert not may_write_to(session, ana, case)
    earlier.last_at = clock.now() - timedelta(days=1, seconds=1)
    session.flush()
    assert may_write_to(session, ana, case)


def test_cases_of_another_kind_or_of_somebody_else_keep_no_letter_back(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post, others = (
        strangers_thread(session, board, ana),
        strangers_thread(session, board, a_person(session, "bea")),
    )
    a_case(session, board, "a", post_id=post.id, wave="mentions")
    a_case(session, board, "b", post_id=others.id, wave=WAVE)
    assert may_write_to(session, ana, a_case(session, board, "c", post_id=post.id, wave=WAVE))


def test_a_flood_of_strangers_gets_no_flood_of_letters(session: Session) -> None:
    board = a_board(session)
    case = a_case(session, board, wave=WAVE)
    for number in range(newcomer_limits.LETTERS - 2):
        person = a_person(session, f"told{number}")
        letter = {"board_id": board.id, "person_id": person.id, "in_reply_to": "", "html": ""}
        add(
            session,
            DirectMessage(**letter, kind=DirectMessageKind.HELD, at=clock.now() - timedelta(minutes=59)),
        )
        add(session, DirectMessage(**letter, kind=DirectMessageKind.DECISION, at=clock.now()))
    old = a_person(session, "old")
    add(
        session,
        DirectMessage(
            board_id=board.id, person_id=old.id, in_reply_to="", html="", kind=DirectMessageKind.HELD,
            at=clock.now() - timedelta(minutes=61),
        ),
    )  # fmt: skip
    told = [may_write_to(session, a_person(session, f"new{number}"), case) for number in range(4)]
    assert told == [True, True, False, False], "those of this very transaction count"
