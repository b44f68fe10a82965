"""How far a hearing ought to be by now, and whom to ask more when it is behind."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.surfacing.hearing.pacing import is_behind, step_of, target
from fedconnect.surfacing.parameters import in_force

P = in_force()


def test_the_pace_reaches_the_floor_after_four_fifths_of_the_time() -> None:
    age = np.array([0.0, 19.2, 38.4, 48.0])
    due = target(age, np.full(4, 10.0), np.full(4, 48.0), P.hearing.pace)
    assert due == pytest.approx([0.0, 5.0, 10.0, 10.0])


def test_an_audience_is_doubled_each_quarter_of_the_time_in_which_a_post_is_behind() -> None:
    age = np.array([1.0, 13.0, 25.0, 37.0, 37.0])
    seen = np.array([0.0, 0.0, 0.0, 0.0, 10.0])
    steps = step_of(age, seen, np.full(5, 10.0), np.full(5, 48.0), P.hearing.pace)
    assert steps.tolist() == [0, 1, 2, 3, 0]


def test_a_post_that_is_at_its_pace_is_not_behind() -> None:
    age, floor, hours = np.array([38.4, 38.4]), np.full(2, 10.0), np.full(2, 48.0)
    assert step_of(age, np.array([10.0, 9.0]), floor, hours, P.hearing.pace).tolist() == [0, 3]
    assert step_of(np.array([480.0]), np.zeros(1), np.ones(1), np.full(1, 48.0), 0.8).tolist() == [3]


def test_each_post_has_its_own_floor_and_its_own_time() -> None:
    due = target(np.array([6.0, 6.0]), np.array([10.0, 4.0]), np.array([12.0, 24.0]), 1.0)
    assert due.tolist() == [5.0, 1.0]


@pytest.mark.parametrize(("age", "step"), [(0.0, 0), (11.99, 0), (12.0, 1), (24.0, 2), (36.0, 3), (48.0, 3)])
def test_an_audience_grows_at_the_quarter_itself(age: float, step: int) -> None:
    unheard = np.full(1, -1.0)  # behind even at the beginning
    assert step_of(np.full(1, age), unheard, np.full(1, 10.0), np.full(1, 48.0), 0.8).tolist() == [step]


def test_whoever_has_just_what_is_due_is_asked_nobody_more() -> None:
    over = step_of(np.full(2, 48.0), np.array([10.0, 9.0]), np.full(2, 10.0), np.full(2, 48.0), 0.8)
    assert over.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("age_h", "seen", "count", "behind"),
    [
        (0.0, 0, 10, False),
        (1.9, 0, 10, False),  # 0.49 are due
        (2.0, 0, 10, True),
        (19.2, 5, 10, False),
        (22.0, 5, 10, True),
        (19.1, 0, 1, False),  # one is half due after two fifths of the time
        (19.3, 0, 1, True),
        (48.0, 1, 1, False),
        (48.0, 0, 0, False),
    ],
)
def test_a_post_is_behind_once_half_an_impression_is_missing(
    age_h: float, seen: int, count: int, behind: bool
) -> None:
    numbers = (np.array([float(one)]) for one in (age_h, seen, count, 48.0))
    assert is_behind(*numbers, 0.8).tolist() == [behind]
