"""What is promised in public and what came of it: over all posts, about nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, Impression
from fedconnect.surfacing.hearing import public_record
from fedconnect.surfacing.hearing.public_record import FirstPosts, Supply, measure_supply, read_record
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, a_hearing, stop_the_clock
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


def looked_at(session: Session, count: int, at_ago: timedelta) -> None:
    _, post = a_thread(session, a_board(session, f"b{new_id()}"[-20:]))
    for _ in range(count):
        add(session, Impression(mark=str(new_id()), post_id=post.id, slot=0, channel="list", is_qualified=False,
                                at=NOON - at_ago))  # fmt: skip


def test_an_empty_forum_promises_nothing_it_cannot_know_and_divides_by_nothing(session: Session) -> None:
    record = read_record(session)
    assert (record.promised, record.floor, record.hours, record.ended, record.running) == (0, 10, 48, 0, 0)
    assert record.attained is None
    assert record.months == []
    assert public_record.attention(session) == []


def test_each_post_counts_once_by_how_it_ended(session: Session, board: Board) -> None:
    ends = (
        [HearingState.HEARD] * 4
        + [HearingState.ANSWERED] * 2
        + [HearingState.MISSED]
        + [OPEN] * 3
        + [WAITING]
    )
    for state in ends:
        heard_of(session, board, state)
    for why in (Exclusion.QUOTA, Exclusion.QUOTA, Exclusion.AUTHOR):
        heard_of(session, board, CLOSED, exclusion=why)
    heard_of(session, board, HearingState.HEARD, is_starter=False)
    record = read_record(session, board)
    assert (record.heard, record.answered, record.missed, record.running, record.ended) == (4, 2, 1, 4, 10)
    assert record.excluded == {Exclusion.QUOTA: 2, Exclusion.AUTHOR: 1}
    assert record.attained == pytest.approx(0.6)
    assert (record.floor, record.hours) == (6, 24)


def test_a_boards_record_is_its_own_and_ends_after_thirty_days(session: Session, board: Board) -> None:
    heard_of(session, board, HearingState.HEARD, begun_at=NOON - 30 * DAY, seen=1)
    heard_of(session, board, HearingState.HEARD, begun_at=NOON - 30 * DAY + INSTANT, seen=2)
    heard_of(session, board, HearingState.HEARD, seen=3, is_starter=False)
    heard_of(session, a_board(session, "sleep"), HearingState.MISSED, seen=4)
    assert (read_record(session, board).heard, read_record(session, board).ended) == (1, 1)
    assert (read_record(session).heard, read_record(session).missed) == (1, 1)
    assert sorted(public_record.attention(session)) == [2, 4]


def test_supply_is_a_mean_of_the_days_since_something_happened(session: Session, board: Board) -> None:
    looked_at(session, 8, 4 * DAY)
    for exclusion in (Exclusion.NONE, Exclusion.NONE, Exclusion.DUPLICATE):
        heard_of(session, board, begun_at=NOON - DAY, exclusion=exclusion)
    assert measure_supply(session) == Supply(2.0, 0.5)
    looked_at(session, 100, 7 * DAY)
    assert measure_supply(session) == Supply(2.0, 0.5), "what is a week old counts no longer"


def test_on_the_first_day_a_day_is_reckoned_with(session: Session, board: Board) -> None:
    looked_at(session, 6, HOUR)
    heard_of(session, board)
    assert measure_supply(session) == Supply(6.0, 1.0)


@pytest.mark.parametrize(
    ("examined", "posts", "promised"), [(0.0, 0.0, 0), (8.0, 0.0, 10), (8.0, 1.0, 4), (80.0, 1.0, 10)]
)
def test_where_nobody_reads_nothing_is_promised(examined: float, posts: float, promised: int) -> None:
    assert Supply(examined, posts).promise(10) == promised


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


def test_the_formulas_name_the_numbers_of_this_record(session: Session, board: Board) -> None:
    looked_at(session, 12, DAY)
    for _ in range(2):
        heard_of(session, board, begun_at=NOON - DAY)
    record = read_record(session, board)
    assert record.promised == 3
    text = "\n".join(public_record.formulas(record))
    for told in ("k = 6", "T = 24 h", "= 3", "ln(1 + s / 10)"):
        assert told in text
