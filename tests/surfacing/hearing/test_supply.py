"""What each board has for its posts: its own looks, its own questions, and its own people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState, Impression
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.surfacing.hearing.promise import Supply
from fedconnect.surfacing.hearing.supply import measure_supplies, supply_of
from fedconnect.surfacing.parameters import in_force
from support.federation_rows import a_follow
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_hearing,
    a_local_follow,
    a_reader_named,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_reader, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def looked_at(session: Session, board: Board, count: int, ago: timedelta) -> None:
    _, post = a_thread(session, board)
    for _ in range(count):
        add(session, Impression(mark=str(new_id()), post_id=post.id, board_id=board.id, slot=0, channel="list", is_qualified=False,
                                at=NOON - ago))  # fmt: skip


def opened(
    session: Session,
    board: Board,
    count: int,
    ago: timedelta,
    *,
    channel: str = "letter",
    qualified: bool = True,
) -> None:
    """Let a post be opened so often by links in messages."""
    _, post = a_thread(session, board)
    for _ in range(count):
        add(session, Impression(mark=str(new_id()), post_id=post.id, board_id=board.id, slot=0, channel=channel,
                                is_qualified=qualified, at=NOON - ago))  # fmt: skip


def asks(session: Session, board: Board, ago: timedelta, **values: Any) -> None:
    _, post = a_thread(session, board)
    state = values.pop("state", HearingState.OPEN)
    a_hearing(session, post, state, begun_at=NOON - ago, **values)


def here(session: Session, reader: Reader, ago: timedelta = HOUR) -> None:
    add(
        session,
        ReaderSession(token_hash=str(new_id()), reader_id=reader.id, begun_at=NOON - ago, seen_at=NOON - ago),
    )


def of(session: Session, board: Board) -> Supply:
    return supply_of(measure_supplies(session), board.id)


def test_a_board_without_anybody_has_nothing_and_nothing_is_divided_by_it(
    session: Session, board: Board
) -> None:
    assert of(session, board) == Supply(None, 0.0, 0)


def test_what_is_looked_at_is_a_mean_of_the_days_since_the_first_look_of_the_week(
    session: Session, board: Board
) -> None:
    looked_at(session, board, 8, 4 * DAY)
    assert of(session, board).examined_a_day == 2.0
    looked_at(session, board, 100, 7 * DAY)
    assert of(session, board).examined_a_day == 2.0, "what is a week old counts no longer"


@pytest.mark.parametrize(("ago", "known"), [(DAY - INSTANT, None), (DAY, 6.0)])
def test_before_a_day_is_over_nobody_knows_what_is_looked_at_in_one(
    session: Session, board: Board, ago: timedelta, known: float | None
) -> None:
    looked_at(session, board, 6, ago)
    assert of(session, board).examined_a_day == known


def test_answers_what_says_the_same_and_what_has_no_hearing_yet_ask_for_nothing(
    session: Session, board: Board
) -> None:
    for _ in range(3):
        asks(session, board, 2 * DAY)
    asks(session, board, HOUR, is_starter=False)
    asks(session, board, HOUR, exclusion=Exclusion.DUPLICATE)
    for _ in range(300):  # of one author, as it may turn out
        asks(session, board, HOUR, state=HearingState.WAITING, thresholds="[]")
    asks(session, board, 7 * DAY)
    assert of(session, board).posts_a_day == 1.5
    other = a_board(session, "sleep")
    asks(session, other, HOUR)
    assert of(session, other).posts_a_day == 1.0, "on its first day a day is reckoned with"


def test_what_is_beyond_its_authors_quota_is_read_too_and_lowers_nobodys_promise_by_more_than_half(
    session: Session, board: Board
) -> None:
    for _ in range(4):
        asks(session, board, 2 * DAY)
    for beyond, a_day in ((1, 2.5), (3, 4.0), (40, 4.0)):
        for _ in range(beyond):
            asks(session, board, HOUR, exclusion=Exclusion.QUOTA, state=HearingState.CLOSED, thresholds="[]")
        assert of(session, board).posts_a_day == a_day
    asks(session, a_board(session, "sleep"), HOUR, exclusion=Exclusion.QUOTA)
    assert of(session, board).posts_a_day == 4.0


def test_whoever_follows_here_or_from_home_and_was_here_within_two_days_comes(
    session: Session, board: Board
) -> None:
    ana = a_person(session)
    both, home = a_reader(session, ana), a_reader(session, a_person(session, "ben"))
    away, stranger = (
        a_reader_named(session, "lea", "far.example"),
        a_reader_named(session, "mia", "far.example"),
    )
    a_local_follow(session, both, board)
    a_follow(session, board, ana)
    a_follow(session, board, a_person(session, "offline"))
    a_local_follow(session, away, board)
    add_home = session.get_one(type(ana), home.person_id)
    a_follow(session, board, add_home)
    for reader, ago in (
        (both, HOUR),
        (both, DAY),
        (home, 2 * DAY - INSTANT),
        (away, 2 * DAY),
        (stranger, HOUR),
    ):
        here(session, reader, ago)
    assert of(session, board).coming == 2


def test_one_boards_supply_is_nobody_elses(session: Session, board: Board) -> None:
    looked_at(session, board, 8, 4 * DAY)
    asks(session, board, HOUR)
    other = a_board(session, "sleep")
    assert of(session, other) == Supply(None, 0.0, 0)
    assert set(measure_supplies(session, other)) == set()
    assert measure_supplies(session, board) == measure_supplies(session)


def test_links_opened_by_who_does_not_qualify_or_a_fortnight_ago_promise_nothing(
    session: Session, board: Board
) -> None:
    opened(session, board, 50, 2 * DAY, qualified=False)
    opened(session, board, 50, 14 * DAY)
    opened(session, board, 50, DAY - INSTANT)
    assert of(session, board) == Supply(None, 0.0, 0)


def test_links_opened_in_the_last_fortnight_are_looks_and_people_of_their_board(
    session: Session, board: Board
) -> None:
    opened(session, board, 20, 10 * DAY)
    opened(session, board, 9, 3 * DAY, channel="ask")
    opened(session, board, 1, HOUR)
    assert of(session, board) == Supply(3.0, 0.0, 20), "thirty in ten days; twenty opened the same post"
    assert measure_supplies(session, board) == measure_supplies(session)
    assert measure_supplies(session, a_board(session, "sleep")) == {}
    looked_at(session, board, 8, 4 * DAY)
    assert of(session, board).examined_a_day == 5.0


def test_of_one_weekly_letter_no_more_than_a_weeks_mean_is_expected(session: Session, board: Board) -> None:
    opened(session, board, 14, 2 * DAY)
    assert of(session, board) == Supply(2.0, 0.0, 14)


def test_a_board_that_is_read_in_letters_alone_promises_what_they_can_keep(
    session: Session, board: Board
) -> None:
    assert of(session, board).promise(10, in_force().hearing) == 0
    for _ in range(14):
        opened(session, board, 12, 13 * DAY)
    for _ in range(7):
        asks(session, board, 6 * DAY, state=HearingState.MISSED)
    supply = of(session, board)
    assert supply.posts_a_day == pytest.approx(7 / 6)
    assert (supply.examined_a_day, supply.coming) == (pytest.approx(14 * 12 / 13), 12)
    assert supply.promise(10, in_force().hearing) == 2, (
        "a third of those who come, should there be fewer; of what is opened it would be 3"
    )
