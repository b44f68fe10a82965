"""What is promised in public and what came of it: over all posts, about nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.reader import ReaderSession
from fedconnect.surfacing.hearing import public_record
from fedconnect.surfacing.hearing.public_record import FirstPosts, read_record
from support.surfacing_rows import (
    DAY,
    INSTANT,
    NOON,
    a_hearing,
    a_local_follow,
    a_reader_named,
    stop_the_clock,
)
from support.unit import a_board, a_thread, add

CLOSED, OPEN, WAITING = HearingState.CLOSED, HearingState.OPEN, HearingState.WAITING


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session, hearing_floor=6, hearing_hours=24)


def heard_of(session: Session, board: Board, state: HearingState = OPEN, **values: object) -> Hearing:
    month = {"thread_month": values.pop("month")} if "month" in values else {}
    _, post = a_thread(session, board, **month)
    return a_hearing(session, post, state, **values)


def test_an_empty_forum_promises_nothing_it_cannot_know_and_divides_by_nothing(session: Session) -> None:
    record = read_record(session)
    assert (record.promised, record.floor, record.hours, record.ended, record.running) == (0, 10, 48, 0, 0)
    assert record.attained is None
    assert record.months == []
    assert public_record.attention(session) == []


def test_each_post_counts_once_by_what_came_of_it(session: Session, board: Board) -> None:
    ends: list[tuple[HearingState, int, int]] = [
        (HearingState.HEARD, 6, 0), (HearingState.HEARD, 6, 2), (HearingState.ANSWERED, 6, 3), (HearingState.ANSWERED, 5, 3),
        (HearingState.MISSED, 5, 1), (HearingState.MISSED, 5, 0), (OPEN, 5, 1), (OPEN, 0, 0), (WAITING, 0, 0),
    ]  # fmt: skip
    for state, qualified, answerers in ends:
        heard_of(session, board, state, floor=6, qualified=qualified, answerers=answerers)
    for why in (Exclusion.QUOTA, Exclusion.QUOTA, Exclusion.AUTHOR):
        heard_of(session, board, CLOSED, exclusion=why)
    heard_of(session, board, HearingState.HEARD, is_starter=False)
    record = read_record(session, board)
    assert (record.heard, record.answered, record.missed, record.running, record.ended) == (3, 2, 1, 3, 9)
    assert record.excluded == {Exclusion.QUOTA: 2, Exclusion.AUTHOR: 1}
    assert record.attained == pytest.approx(5 / 9)
    assert (record.floor, record.hours) == (6, 24)


def test_where_nothing_was_promised_only_an_answer_is_told(session: Session, board: Board) -> None:
    for state, answerers in ((HearingState.MISSED, 0), (HearingState.ANSWERED, 1)):
        heard_of(session, board, state, floor=0, qualified=50, answerers=answerers)
    record = read_record(session, board)
    assert (record.heard, record.answered, record.missed) == (0, 1, 1)


def test_an_answer_that_was_removed_counts_nowhere(session: Session, board: Board) -> None:
    heard_of(session, board, HearingState.ANSWERED, floor=6, qualified=2, answerers=0)
    assert (read_record(session, board).answered, read_record(session, board).missed) == (0, 1)


def test_a_boards_record_is_its_own_and_ends_after_thirty_days(session: Session, board: Board) -> None:
    heard_of(session, board, HearingState.HEARD, begun_at=NOON - 30 * DAY, seen=1, qualified=10, floor=10)
    heard_of(
        session, board, HearingState.HEARD, begun_at=NOON - 30 * DAY + INSTANT, seen=2, qualified=10, floor=10
    )
    heard_of(session, board, HearingState.HEARD, seen=3, is_starter=False)
    heard_of(session, a_board(session, "sleep"), HearingState.MISSED, seen=4)
    assert (read_record(session, board).heard, read_record(session, board).ended) == (1, 1)
    assert (read_record(session).heard, read_record(session).missed) == (1, 1)
    assert sorted(public_record.attention(session)) == [2, 4]


def test_months_tell_first_posts_and_who_was_answered_within_a_day(session: Session, board: Board) -> None:
    begun = NOON - 40 * DAY
    for delay in (DAY, DAY + INSTANT, None):
        first = begun + delay if delay is not None else None
        heard_of(session, board, is_first=True, month="2026-10", begun_at=begun, first_answer_at=first)
    for _ in range(3):
        heard_of(session, board, is_first=True, month="2026-11", begun_at=NOON - 2 * DAY)
    assert read_record(session, board).months == [FirstPosts("2026-11", 3, 0), FirstPosts("2026-10", 3, 1)]
    assert read_record(session, a_board(session, "sleep")).months == []


@pytest.mark.parametrize(
    "values",
    [
        {"is_first": False}, {"is_starter": False}, {"begun_at": NOON - DAY + INSTANT},
        {"begun_at": NOON - 190 * DAY - INSTANT},
    ],
)  # fmt: skip
def test_a_month_with_fewer_than_three_first_posts_is_not_told(
    session: Session, board: Board, values: dict[str, object]
) -> None:
    known = {"is_first": True, "begun_at": NOON - 2 * DAY, "month": "2026-11"}
    for one in ({}, {}, values):
        heard_of(session, board, **{**known, **one})
    assert read_record(session, board).months == []


def test_what_is_promised_is_the_boards_own_and_of_all_the_least(session: Session, board: Board) -> None:
    other, empty = a_board(session, "sleep"), a_board(session, "empty")
    for where, people in ((board, 9), (other, 13), (empty, 3)):
        for number in range(people):
            reader = a_reader_named(session, f"r{number}{where.slug}", "one.example")
            a_local_follow(session, reader, where)
            add(
                session,
                ReaderSession(token_hash=str(new_id()), reader_id=reader.id, begun_at=NOON, seen_at=NOON),
            )
    heard_of(session, board)
    heard_of(session, other)
    assert [read_record(session, one).promised for one in (board, other, empty)] == [2, 3, 1]
    assert read_record(session).promised == 2, "nobody writes on the empty one"


def test_the_formulas_name_the_numbers_of_this_record(session: Session, board: Board) -> None:
    text = "\n".join(public_record.formulas(replace(read_record(session, board), promised=3)))
    for told in (
        "k = 6",
        "T = 24 h",
        "k_b = min(k, s(0.5, E / A, 1), s(0.35, C, 1 / 0.35)) = 3",
        "s(p, x, m) = max(⌊p · (x − 1.0 · √x)⌋, [x ≥ m])",
        "ln(1 + s / 10)",
    ):
        assert told in text
