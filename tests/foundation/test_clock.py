"""Moments as peers write them: what names none is none, and all are in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fedconnect.foundation import clock


@pytest.mark.parametrize(
    "text",
    [
        None, 7, ["2026-01-01T00:00:00Z"], "", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z",
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z",
        "1970-01-01T00:30:00+01:00", "1989-12-31T23:59:59Z", "1990-01-01T00:30:00+01:00", "2026-11-23T12:00:00." + "1" * 44 + "Z",
    ],
)  # fmt: skip
def test_what_names_no_time_that_can_be_is_none(text: object) -> None:
    assert clock.parse_instant(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1990-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
        ("1989-12-31T23:00:00-02:00", datetime(1990, 1, 1, 1, tzinfo=UTC)),
        ("2026-11-23T12:00:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23T12:00:00.5Z", datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23T12:00:00+05:30", datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),
        ("2026-11-23T12:00:00." + "1" * 43 + "Z", datetime(2026, 11, 23, 12, 0, 0, 111_111, tzinfo=UTC)),
    ],
)
def test_with_or_without_fraction_and_offset_it_is_the_same_clock(text: str, moment: datetime) -> None:
    found = clock.parse_instant(text)
    assert found == moment
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_what_has_happened_is_at_most_a_day_ahead_of_our_clock_and_what_ends_may_be_years(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    for text, has_happened, ends in (
        ("2026-11-24T12:00:00Z", True, True), ("2026-11-24T12:00:01Z", False, True), ("2199-12-31T23:59:59Z", False, True),
        ("2200-01-01T00:00:00Z", False, False), ("9999-12-31T23:59:59Z", False, False), ("0999-01-01T00:00:00Z", False, False),
    ):  # fmt: skip
        assert (clock.parse_instant(text) is not None, clock.parse_end(text) is not None) == (
            has_happened,
            ends,
        )


@pytest.mark.parametrize("seconds", [1e20, -1e20, float("nan"), float("inf"), 253_402_300_800])
def test_a_number_that_names_no_year_is_no_time(seconds: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock.from_epoch(seconds)


def test_a_unix_time_is_aware() -> None:
    assert clock.from_epoch(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_shift_moves_the_clock_and_leaves_that_of_the_machine_alone() -> None:
    assert clock.shift_ms() == 0
    assert abs(clock.machine_now() - clock.now()) < timedelta(seconds=5)
    clock.set_shift(lambda: timedelta(days=-30))
    try:
        assert abs(clock.machine_now() - clock.now() - timedelta(days=30)) < timedelta(seconds=5)
        assert clock.shift_ms() == -30 * 86_400_000
    finally:
        clock.set_shift(None)
    assert abs(clock.machine_now() - clock.now()) < timedelta(seconds=5)


def test_without_a_shift_the_machine_s_clock_is_the_one_that_everybody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that a test that puts the clock on puts leases on too."""
    later = datetime(2030, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert clock.machine_now() == later
