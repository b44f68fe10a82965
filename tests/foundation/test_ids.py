"""Ids: they rise whatever the clock does, fit their column, and a path names one or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fedconnect.foundation import ids


def test_ids_rise_while_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", 0)
    times = iter(
        [2_000_000_000_000, 2_000_000_000_000, 1_999_999_999_000, 1_800_000_000_000, 2_000_000_000_001]
    )
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(times) * 1_000_000)
    found = [ids.new_id() for _ in range(5)]
    assert found == sorted(set(found))
    assert found[2] == found[1] + 1


def test_an_id_of_a_later_moment_is_the_greater_one_and_fits_its_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(ids.secrets, "randbits", lambda bits: (1 << bits) - 1)
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_704_067_200_001 * 1_000_000)
    assert ids.new_id() == (1 << 22) | ((1 << 22) - 1)
    monkeypatch.setattr(ids.time, "time_ns", lambda: 3_880_000_000_000 * 1_000_000)  # in 2092
    assert ids.new_id() < 1 << 63


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "+1", " 1", "1 ", "1.0", "1_000", "²", "١", "x", "9223372036854775808", "0" * 19 + "1"],
)
def test_what_can_be_no_id_is_none(text: str) -> None:
    assert ids.parse_id(text) is None


@pytest.mark.parametrize("number", [1, 383_225_167_876_192_281, (1 << 63) - 1])
def test_an_id_is_read_back(number: int) -> None:
    assert ids.parse_id(str(number)) == number


def test_what_came_before_a_moment_has_a_smaller_id_and_what_comes_then_has_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ids, "_last", 0)
    before = datetime.now(UTC) - timedelta(seconds=1)
    fresh = ids.new_id()
    after = datetime.now(UTC) + timedelta(seconds=1)
    assert ids.first_id_at(before) < fresh < ids.first_id_at(after)
    assert ids.first_id_at(datetime(2000, 1, 1, tzinfo=UTC)) == 0


def test_an_id_tells_when_it_was_made() -> None:
    moment = datetime(2026, 11, 24, 12, 0, 0, 5_000, tzinfo=UTC)
    first = ids.first_id_at(moment)
    assert ids.moment_of(first) == moment
    assert ids.moment_of(first + (1 << 22) - 1) == moment
    assert ids.moment_of(first - 1) == moment - timedelta(milliseconds=1)


def test_an_id_is_made_by_the_clock_that_everybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(ids.clock, "shift_ms", lambda: -86_400_000)
    made = ids.moment_of(ids.new_id())
    assert abs(datetime.now(UTC) - timedelta(days=1) - made) < timedelta(seconds=5)


def test_after_the_clock_was_shifted_back_ids_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or two processes that are forked from this one would count up from the same id, and make the same ones."""
    monkeypatch.setattr(ids, "_last", 0)
    ahead = ids.new_id()
    monkeypatch.setattr(ids.clock, "shift_ms", lambda: -86_400_000)
    assert ids.new_id() == ahead + 1
    ids.begin_anew()
    assert ids.new_id() < ahead
