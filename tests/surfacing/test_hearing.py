"""What is promised to each post, how it is paced, and whom it is promised of."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.hearing.audience import LEAST_FIT, Audience, audience_of, best_of
from fedconnect.surfacing.hearing.pacing import step_of, target
from fedconnect.surfacing.parameters import in_force

P = in_force()


@pytest.mark.parametrize(
    ("examined", "posts", "promised"),
    [(0, 5, 0), (1000, 0, 10), (200, 10, 10), (199, 10, 9), (60, 10, 3), (19, 10, 0)],
)
def test_the_promise_is_half_of_what_is_looked_at(examined: float, posts: float, promised: int) -> None:
    assert promise.promise(10, examined, posts, P.hearing) == promised


def test_the_pace_reaches_the_floor_after_four_fifths_of_the_time() -> None:
    age = np.array([0.0, 19.2, 38.4, 48.0])
    due = target(age, np.full(4, 10.0), np.full(4, 48.0), P.hearing.pace)
    assert due == pytest.approx([0.0, 5.0, 10.0, 10.0])


def test_an_audience_is_doubled_each_quarter_of_the_time_in_which_a_post_is_behind() -> None:
    age = np.array([1.0, 13.0, 25.0, 37.0, 37.0])
    seen = np.array([0.0, 0.0, 0.0, 0.0, 10.0])
    steps = step_of(age, seen, np.full(5, 10.0), np.full(5, 48.0), P.hearing.pace)
    assert steps.tolist() == [0, 1, 2, 3, 0]


def test_an_author_has_two_floors_a_day_and_always_the_first_one() -> None:
    assert promise.has_quota(1, False, P.hearing)
    assert not promise.has_quota(2, False, P.hearing)
    assert promise.has_quota(2, True, P.hearing)


def test_three_other_people_end_a_hearing() -> None:
    assert not promise.is_answered(2, P.hearing)
    assert promise.is_answered(3, P.hearing)


def test_the_audience_is_the_tenth_whom_a_post_fits_best() -> None:
    fits = np.linspace(0.001, 1, 5000, dtype=np.float32)
    audience = audience_of(fits, 5000, P.audience)
    assert int((fits >= audience.threshold(0)).sum()) == 500
    assert int((fits >= audience.threshold(1)).sum()) == 1000
    assert not audience.with_followers


def test_where_a_tenth_is_few_the_boards_followers_count_too() -> None:
    audience = audience_of(np.linspace(0.001, 1, 100, dtype=np.float32), 100, P.audience)
    assert audience.with_followers
    assert audience.holds(0.0, True, 0)
    assert not audience.holds(0.0, False, 0)


def test_a_reader_whom_nothing_ties_to_a_post_is_nobodys_audience() -> None:
    audience = audience_of(np.zeros(5000, np.float32), 5000, P.audience)
    assert audience.threshold(3) == LEAST_FIT
    assert not audience.holds(0.0, False, 3)


def test_the_best_readers_come_first_and_none_without_a_tie() -> None:
    fits = np.array([0.0, 0.3, 0.9, 0.1], np.float32)
    assert best_of(fits, 2).tolist() == [2, 1]
    assert best_of(fits, 10).tolist() == [2, 1, 3]


def test_further_doublings_than_there_are_change_nothing() -> None:
    assert Audience((0.5, 0.2), with_followers=False).threshold(9) == 0.2
