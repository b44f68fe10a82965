"""When somebody must have looked: a board's hours in its zone, over midnight and a change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.moderation.cases.response_deadlines import due_at, is_attended, next_opening


def open_hours(first: int, last: int, zone: str = "UTC") -> Board:
    return Board(open_from=first, open_to=last, zone=zone)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 0, False), (7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False), (23, 59, False)],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(
    hour: int, minute: int, expected: bool
) -> None:
    assert is_attended(open_hours(8, 20), at(hour, minute)) is expected


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 0, True), (1, 59, True), (2, 0, False), (21, 59, False), (22, 0, True), (23, 59, True)],
)
def test_hours_may_go_over_midnight(hour: int, minute: int, expected: bool) -> None:
    assert is_attended(open_hours(22, 2), at(hour, minute)) is expected


def test_somebody_who_looks_all_day_looks_at_every_hour() -> None:
    assert all(is_attended(open_hours(0, 24), at(hour, 59)) for hour in range(24))
    assert [hour for hour in range(24) if is_attended(open_hours(23, 0), at(hour))] == [23]


def test_hours_are_those_of_the_boards_own_zone() -> None:
    tokyo = open_hours(8, 20, "Asia/Tokyo")  # nine hours ahead
    assert is_attended(tokyo, at(23))
    assert not is_attended(tokyo, at(12))


def test_the_next_opening_is_today_or_tomorrow_and_never_now() -> None:
    board = open_hours(8, 20)
    assert next_opening(board, at(7, 59)) == at(8)
    assert next_opening(board, at(8)) == at(8, day=24)
    assert next_opening(board, at(23)) == at(8, day=24)


def test_the_next_opening_is_said_in_the_zone_of_who_asks_and_minds_a_change_of_clocks() -> None:
    berlin = open_hours(8, 20, "Europe/Berlin")
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # 22:00 of the last day of summer time
    found = next_opening(berlin, evening)
    assert found == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_danger_does_not_wait_for_the_morning() -> None:
    for hour in (12, 23):
        assert due_at(open_hours(8, 20), Severity.DANGER, at(hour)) == at(hour) + timedelta(hours=1)


def test_what_hurts_has_a_day_from_when_somebody_is_there() -> None:
    assert due_at(open_hours(8, 20), Severity.HURT, at(12)) == at(12, day=24)
    assert due_at(open_hours(8, 20), Severity.HURT, at(23)) == at(8, day=25)
    assert due_at(open_hours(8, 20), Severity.HURT, at(3)) == at(8, day=24)


@pytest.mark.parametrize("severity", [Severity.RULES, Severity.ROUTINE])
def test_what_is_not_urgent_is_never_late(severity: Severity) -> None:
    assert due_at(open_hours(8, 20), severity, at(12)) is None
