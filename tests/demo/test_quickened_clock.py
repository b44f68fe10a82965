"""The demo's clock: never ahead, never back, and gone where there is no demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fedconnect.demo import quickened_clock
from fedconnect.demo.quickened_clock import MONTH
from fedconnect.foundation import clock

SOON = timedelta(seconds=20)


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    yield
    clock.set_shift(None)


def test_it_is_never_ahead_of_the_machine_and_never_goes_back(tmp_path: Path) -> None:
    quickened_clock.begin(tmp_path, is_new=True)
    found = quickened_clock.follow(tmp_path)
    found.move_to(clock.now() - timedelta(days=9))
    assert found.shift() == -MONTH
    found.move_to(clock.now() + timedelta(days=12))
    assert abs(found.shift() + timedelta(days=18)) < SOON
    assert not found.is_lived
    found.move_to(clock.now() + timedelta(days=99))
    assert found.shift() == timedelta(0)
    assert found.is_lived


def test_content_that_was_there_before_keeps_its_own_time(tmp_path: Path) -> None:
    quickened_clock.begin(tmp_path, is_new=False)
    assert quickened_clock.follow(tmp_path).is_lived
    assert clock.shift_ms() == 0


def test_all_processes_see_one_time(tmp_path: Path) -> None:
    quickened_clock.begin(tmp_path, is_new=True)
    one, other = quickened_clock.follow(tmp_path), quickened_clock.follow(tmp_path)
    one.move_to(clock.now() + timedelta(days=3))
    assert other.shift() == one.shift()


def test_a_month_that_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    quickened_clock.begin(tmp_path, is_new=True)
    quickened_clock.follow(tmp_path).move_to(clock.now() + timedelta(days=10))
    reached = clock.now()
    quickened_clock.keep(tmp_path)
    (tmp_path / "clock").write_bytes(quickened_clock._SECONDS.pack(-3600.0))  # days later, so to speak
    quickened_clock.begin(tmp_path, is_new=False)
    quickened_clock.follow(tmp_path)
    assert timedelta(0) <= clock.now() - reached < timedelta(minutes=2)


def test_a_month_that_is_lived_stays_so(tmp_path: Path) -> None:
    quickened_clock.begin(tmp_path, is_new=True)
    found = quickened_clock.follow(tmp_path)
    quickened_clock.keep(tmp_path)
    found.move_to(clock.machine_now() + timedelta(seconds=1))
    quickened_clock.begin(tmp_path, is_new=False)
    assert quickened_clock.follow(tmp_path).is_lived
