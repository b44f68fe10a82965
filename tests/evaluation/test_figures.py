"""What a replay came to, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fedconnect.evaluation.figures import (
    AttackFigures,
    Estimate,
    estimate,
    measure,
    measure_attack,
)
from fedconnect.evaluation.hostility import PEACE
from fedconnect.evaluation.run import Run, nothing_yet
from fedconnect.evaluation.world import World
from fedconnect.surfacing.parameters import in_force

P = in_force()


def world(count: int = 4, **values: Any) -> World:
    """Posts of one board and one author each that came at the beginning, and two readers."""
    nobody = np.zeros(count, bool)
    known: dict[str, Any] = {
        "name": "w", "arrival_h": np.zeros(count), "boards": np.zeros(count, int),
        "authors": np.arange(count),
        "fits": np.zeros((2, count), np.float32), "word_fits": np.zeros((2, count), np.float32),
        "travels": nobody, "liked": np.zeros((2, count), bool), "follows": np.ones((2, 1), bool),
        "thresholds": np.zeros((count, 4)), "with_followers": nobody,
        "alike": np.eye(count, dtype=np.float16),
        "duplicates": np.arange(count), "over_quota": nobody, "barred": nobody, "first": nobody,
        "has_floor": np.ones(count, bool), "floor": 10, "demand": 0.2, "history_length": np.array([5, 6]),
        "hours": np.full(count, 48.0), "gone_h": np.full(count, np.inf), "domains": None, "hostility": PEACE, "zones": None, "answerable": nobody, "listeners": 0,
        "counts": np.ones(2, bool), "pace": np.ones(2), "visits_a_day": 0.5, "days": 14.0,
    }  # fmt: skip
    return World(**{**known, **values})


def run(count: int = 4, **values: Any) -> Run:
    """Everybody saw each post, nobody in time to count, and none answered."""
    known: dict[str, Any] = {"floors": np.full(count, 10.0), "seen": np.ones(count, int), **values}
    return replace(nothing_yet(count, np.array([0, 1])), **known)


def attack(w: World, r: Run, *theirs: int) -> AttackFigures:
    return measure_attack(w, r, np.isin(np.arange(len(w.arrival_h)), theirs), P)


def test_a_promise_is_kept_when_it_is_reached_in_time_and_what_could_not_end_is_left_out() -> None:
    arrival = np.array([0.0, 0.0, 288.0, 0.0, 288.1])  # of 336 hours
    when = np.array([48.0, 48.1, 1.0, np.inf, 1.0])
    found = measure(world(5, arrival_h=arrival), run(5, when_heard_h=when), P)
    assert (found.seen_by_k, found.attained, found.neither) == (0.5, 0.5, 0.5)
    assert found.not_over_yet == pytest.approx(1 / 5)
    ten = measure(world(5, arrival_h=arrival), run(5, when_ten_h=when), P)
    assert (ten.seen_by_10, ten.seen_by_k) == (0.5, 0.0)


def test_posts_over_quota_and_repetitions_are_among_all_posts() -> None:
    last = np.array([False, False, False, True])
    when = np.array([1.0, 1.0, 1.0, np.inf])
    for why in ({"over_quota": last}, {"barred": last, "duplicates": np.array([0, 1, 2, 2])}):
        found = measure(world(**why, has_floor=~last), run(when_heard_h=when), P)
        assert (found.seen_by_k, found.attained, found.neither) == (0.75, 0.75, 0.25)


def test_each_post_was_seen_as_promised_or_only_answered_or_neither() -> None:
    heard = np.array([48.0, 1.0, np.inf, np.inf, 48.1])
    answered = np.array([np.inf, 5.0, 48.0, 48.1, 47.0])
    found = measure(world(5), run(5, when_heard_h=heard, first_answer_h=answered), P)
    assert found.seen_by_k == pytest.approx(2 / 5), "also where somebody answered"
    assert found.answered_only == pytest.approx(2 / 5), "later than promised is not as promised"
    assert found.neither == pytest.approx(1 / 5)
    assert found.attained == pytest.approx(4 / 5)
    assert found.seen_by_k + found.answered_only + found.neither == pytest.approx(1)


def test_three_answers_that_end_a_hearing_keep_no_promise_by_themselves() -> None:
    found = measure(world(), run(ended_h=np.ones(4), first_answer_h=np.array([1.0, 49.0, 49.0, 49.0])), P)
    assert (found.seen_by_k, found.attained) == (0.0, 0.25)


def test_where_no_views_are_promised_somebody_is_asked_within_twelve_hours_and_that_is_not_being_seen() -> (
    None
):
    floors, asked = np.array([0.0, 0.0, 0.0, 1.0]), np.array([12.0, 12.1, np.inf, 1.0])
    found = measure(world(), run(floors=floors, asked_h=asked), P)
    assert (found.no_views, found.kept) == (0.75, 0.25)
    assert (found.attained, found.neither) == (0.0, 1.0)
    answered = np.array([np.inf, 48.0, 48.1, np.inf])
    found = measure(world(), run(floors=floors, asked_h=asked, first_answer_h=answered), P)
    assert (found.attained, found.kept) == (0.25, 0.5)


def test_what_is_promised_is_the_mean_over_all_posts_whose_time_is_over() -> None:
    arrival = np.array([0.0, 288.0, 288.1, 0.0])
    floors = np.array([10.0, 2.0, 7.0, 0.0])
    found = measure(world(arrival_h=arrival), run(floors=floors), P)
    assert found.promised == pytest.approx(4.0)


def test_relevance_is_judged_where_there_was_something_to_find() -> None:
    found = measure(
        world(history_length=np.array([5, 6])), run(dcg=np.array([1.0, 3.0]), ideal=np.array([2.0, 4.0])), P
    )
    assert (found.ndcg, found.ndcg_few) == (pytest.approx(0.625), pytest.approx(0.5))
    nothing = measure(world(history_length=np.array([6, 6])), run(dcg=np.ones(2), ideal=np.zeros(2)), P)
    assert math.isnan(nothing.ndcg)
    assert math.isnan(nothing.ndcg_few)


def test_shares_are_of_what_was_shown_or_looked_at_and_of_nothing_is_no_fault() -> None:
    liked = np.zeros((2, 4), bool)
    liked[0, :2] = True
    found = measure(
        world(liked=liked, first=np.ones(4, bool)),
        run(met=1, examined=500, engaged=np.array([2.0, 0, 0, 0]), reserved=3, shown=60,
            first_answer_h=np.array([24.0, 24.1, np.inf, 1.0]), seen=np.array([0, 0, 0, 8])),
        P,
    )  # fmt: skip
    assert (found.recall, found.engaged_per_1000, found.reserved) == (0.5, 4.0, 0.05)
    assert (found.without_engagement, found.first_answered_in_a_day, found.gini) == (
        0.75,
        0.5,
        pytest.approx(0.75),
    )
    empty = measure(world(), run(), P)
    assert (empty.recall, empty.engaged_per_1000, empty.reserved) == (0.0, 0.0, 0.0)
    assert empty.reserved == 0.0


def test_each_post_without_reserved_places_is_told_for_one_cause() -> None:
    over, same = np.array([True, False, True, False]), np.array([0, 0, 0, 3])
    found = measure(world(over_quota=over, duplicates=same, barred=over | (same != np.arange(4))), run(), P)
    assert (found.over_quota, found.near_duplicate) == (0.5, 0.25)


def test_inequality_within_boards_is_a_mean_over_their_posts() -> None:
    boards, seen = np.array([0, 0, 2, 2, 2, 2, 3]), np.array([3, 3, 0, 0, 0, 8, 0])
    found = measure(world(7, boards=boards), run(7, seen=seen), P)
    assert found.gini_within == pytest.approx((2 * 0 + 4 * 0.75) / 6), "a board that nobody saw says nothing"
    barred = np.arange(7) == 2
    without = measure(world(7, boards=boards, barred=barred), run(7, seen=seen), P)
    assert without.gini_within == pytest.approx((2 * 0 + 3 * 2 / 3) / 5), "what repeats another is left out"
    assert math.isnan(measure(world(), run(seen=np.zeros(4, int)), P).gini_within)


def test_an_attack_is_measured_against_its_part_of_all_posts() -> None:
    seen = np.array([6, 2, 2, 2])
    last = np.array([False, False, False, True])
    w, r = world(over_quota=last, has_floor=~last), run(seen=seen)
    assert attack(w, r, 0).exposure == pytest.approx(0.5 * 4)
    assert attack(w, r, 0, 3).exposure == pytest.approx(8 / 12 * 2)
    assert attack(w, r, 3).exposure == pytest.approx(2 / 12 * 4), "what is over quota too"
    assert math.isnan(attack(w, r).exposure)


def test_other_peoples_posts_are_seen_as_promised_or_answered_in_time() -> None:
    arrival = np.array([0.0, 0.0, 0.0, 288.0, 288.1])
    heard = np.array([1.0, 48.0, 48.1, np.inf, np.inf])
    answered = np.array([np.inf, np.inf, np.inf, 48.0, np.inf])
    w, r = world(5, arrival_h=arrival), run(5, when_heard_h=heard, first_answer_h=answered)
    assert attack(w, r).attained == 0.75, "what could not end is left out"
    assert attack(w, r, 0).attained == pytest.approx(2 / 3)
    assert attack(w, r, 2).attained == 1.0
    late = run(5, when_heard_h=heard, first_answer_h=answered + 0.1)
    assert attack(w, late).attained == 0.5


def test_what_hostile_accounts_looked_at_is_not_really_seen_and_an_answer_is_no_look() -> None:
    really = np.array([1.0, 48.0, 48.1, np.inf])
    r = run(when_heard_h=np.ones(4), first_answer_h=np.ones(4), when_really_h=really)
    assert attack(world(), r).really_seen == 0.5
    assert attack(world(), r, 2).really_seen == pytest.approx(2 / 3)


def test_of_other_peoples_posts_that_had_a_week_some_were_seen_by_nobody() -> None:
    arrival = np.array([0.0, 1.0, 168.0, 168.1])
    w, r = world(arrival_h=arrival), run(seen=np.array([0, 3, 1, 0]))
    assert attack(w, r).unseen == pytest.approx(1 / 3)
    assert attack(w, r, 0).unseen == 0.0


def test_a_board_whose_moderators_want_it_sooner_is_judged_by_its_own_hours() -> None:
    w = world(hours=np.array([12.0, 48.0, 48.0, 48.0]))
    assert measure(w, run(when_heard_h=np.full(4, 13.0)), P).seen_by_k == 0.75
    assert attack(w, run(when_heard_h=np.full(4, 13.0)), 3).attained == pytest.approx(2 / 3)


def test_unseen_is_what_nobody_looked_at_of_all_that_had_a_week() -> None:
    arrival = np.array([0.0, 0.0, 168.0, 168.1])  # of 336 hours
    found = measure(world(arrival_h=arrival), run(seen=np.array([0, 3, 1, 0])), P)
    assert found.unseen == pytest.approx(1 / 3)


def test_what_is_no_number_is_left_out_of_a_mean_and_one_value_has_no_interval() -> None:
    one = estimate([math.nan, 0.5])
    assert one.mean == 0.5
    assert math.isnan(one.low)
    assert math.isnan(estimate([]).mean)
    assert estimate([0.5, 0.5]) == Estimate(0.5, 0.5, 0.5)
