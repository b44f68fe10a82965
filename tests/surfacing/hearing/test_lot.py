"""The lot: nobody without a weight, everybody else by theirs, and the same dice give the same draw."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from fedconnect.surfacing.hearing import lot


def test_what_weighs_nothing_is_never_drawn_however_many_are_asked_for() -> None:
    dice = Random(1)
    for _ in range(200):
        assert sorted(lot.draw([0.0, 1.0, -1.0, 1e-300, 0.0], 5, dice)) == [1, 3]
    assert lot.draw([], 5) == []
    assert lot.draw([1.0], 0) == []


def test_the_same_dice_give_the_same_draw_and_nothing_is_drawn_twice() -> None:
    weights = [1.0, 2.0, 3.0, 4.0]
    first = lot.draw(weights, 3, Random(7))
    assert lot.draw(weights, 3, Random(7)) == first
    assert len(set(first)) == 3
    assert sorted(lot.draw(weights, 9, Random(7))) == [0, 1, 2, 3]


def test_what_weighs_three_times_as_much_is_drawn_three_times_as_often() -> None:
    dice = Random(2)
    drawn = Counter(lot.draw([1.0, 3.0], 1, dice)[0] for _ in range(4_000))
    assert drawn[1] / drawn[0] == pytest.approx(3.0, rel=0.15)


@pytest.mark.parametrize(
    ("floor", "qualified", "answerers", "lacks"),
    [
        (10, 0, 0, 1.0), (10, 4, 0, 0.6), (10, 10, 0, 0.1), (10, 99, 0, 0.1), (0, 0, 0, 1.0), (0, 7, 0, 1.0),
        (10, 0, 1, 0.5), (10, 4, 3, 0.3), (10, 10, 1, 0.0), (10, 99, 1, 0.0), (1, 1, 1, 0.0),
    ],
)  # fmt: skip
def test_a_post_lacks_what_is_unseen_of_its_promise_and_half_of_that_once_it_is_answered(
    floor: int, qualified: int, answerers: int, lacks: float
) -> None:
    assert lot.lack(floor, qualified, answerers) == pytest.approx(lacks)


def test_a_post_weighs_by_lack_and_fit_and_less_with_each_letter_that_holds_it() -> None:
    assert lot.weight(0.5) == 0.5
    assert lot.weight(0.5, 0.4) == pytest.approx(0.2)
    assert lot.weight(1.0, -0.3) == 0.0
    assert [lot.weight(1.0, 1.0, held) for held in (0, 1, 2)] == [1.0, 0.25, pytest.approx(1 / 9)]


def test_a_post_that_no_letter_holds_goes_before_those_that_many_hold() -> None:
    dice = Random(3)
    held = [0] * 30
    for _ in range(60):
        (place,) = lot.draw([lot.weight(1.0, 1.0, one) for one in held], 1, dice)
        held[place] += 1
    assert held.count(0) == 0
    assert max(held) <= 5
