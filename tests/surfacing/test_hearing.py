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


@pytest.mark.parametrize(("readers", "share", "with_followers"), [(2990, 299, True), (3000, 300, False)])
def test_a_share_of_three_hundred_needs_no_followers(readers: int, share: int, with_followers: bool) -> None:
    fits = np.linspace(0.1, 1, readers, dtype=np.float32)
    audience = audience_of(fits, readers, P.audience)
    assert int((fits >= audience.threshold(0)).sum()) == share
    assert audience.with_followers is with_followers


def test_where_fewer_care_than_the_share_holds_all_of_them_are_the_audience() -> None:
    fits = np.concatenate([np.zeros(4000), np.full(200, 0.4)]).astype(np.float32)
    audience = audience_of(fits, 4200, P.audience)
    assert audience.threshold(0) == LEAST_FIT
    assert audience.with_followers, "two hundred are fewer than three hundred"


def test_the_share_is_of_all_readers_and_not_of_those_whom_something_ties() -> None:
    fits = np.concatenate([np.zeros(4000), np.linspace(0.5, 1, 1000)]).astype(np.float32)
    audience = audience_of(fits, 5000, P.audience)
    assert int((fits >= audience.threshold(0)).sum()) == 500
    assert audience.threshold(1) == pytest.approx(0.5)
    assert audience.threshold(2) == LEAST_FIT


def test_the_best_of_very_many_are_exactly_the_best() -> None:
    fits = (np.random.default_rng(1).permutation(60_000) / 60_000).astype(np.float32)
    assert best_of(fits, 500).tolist() == np.argsort(-fits, kind="stable")[:500].tolist()
    few = np.zeros(60_000, np.float32)
    few[[5, 50_000]] = (0.2, 0.3)
    assert best_of(few, 500).tolist() == [50_000, 5]


def test_a_post_that_is_at_its_pace_is_not_behind() -> None:
    age, floor, hours = np.array([38.4, 38.4]), np.full(2, 10.0), np.full(2, 48.0)
    assert step_of(age, np.array([10.0, 9.0]), floor, hours, P.hearing.pace).tolist() == [0, 3]
    assert step_of(np.array([480.0]), np.zeros(1), np.ones(1), np.full(1, 48.0), 0.8).tolist() == [3]


@pytest.mark.parametrize(
    ("seen", "floor", "heard"), [(2, 3, False), (3, 3, True), (4, 3, True), (0, 0, True)]
)
def test_a_floor_is_reached_by_its_last_impression(seen: int, floor: int, heard: bool) -> None:
    assert promise.is_heard(seen, floor) is heard
