"""Whom a post is promised of: those whom it fits best, and the board's followers where those are few."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.surfacing.hearing.audience import LEAST_FIT, STEPS, Audience, audience_of, best_of
from fedconnect.surfacing.parameters import in_force

P = in_force()


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


def test_where_the_sample_promises_too_much_everybody_is_looked_at() -> None:
    fits = np.full(60_000, 0.1, np.float32)
    fits[: 14 * 110 : 14] = 0.9  # each of them is in the sample, and nobody else fits so well
    found = best_of(fits, 500)
    assert len(found) == 500
    assert sorted(found[:110].tolist()) == list(range(0, 14 * 110, 14))


def test_as_many_as_are_wanted_are_all_named_and_the_least_tie_is_one() -> None:
    assert best_of(np.array([0.3, 0.9], np.float32), 2).tolist() == [1, 0]
    assert best_of(np.array([LEAST_FIT, 0.0, LEAST_FIT / 2], np.float32), 2).tolist() == [0]
    assert best_of(np.zeros(0, np.float32), 2).tolist() == []


def test_whoever_is_at_the_threshold_counts_and_followers_only_where_they_are_asked() -> None:
    audience = Audience((0.5, 0.25), with_followers=False)
    assert [audience.holds(fit, False, 0) for fit in (0.5, 0.499)] == [True, False]
    assert audience.holds(0.3, False, 1)
    assert not audience.holds(0.0, True, 1)


def test_among_nobody_the_boards_followers_count() -> None:
    audience = audience_of(np.zeros(0, np.float32), 0, P.audience)
    assert audience == Audience((LEAST_FIT,) * STEPS, with_followers=True)


def test_a_share_of_one_reader_is_the_one_whom_it_fits_best() -> None:
    audience = audience_of(np.array([0.5, 0.25], np.float32), 10, P.audience)
    assert [audience.threshold(step) for step in range(STEPS)] == [0.5, 0.25, LEAST_FIT, LEAST_FIT]
