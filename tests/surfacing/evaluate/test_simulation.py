"""A replay: who is shown what, and what each look, engagement and answer counts for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.surfacing.evaluate.policies import Sight
from fedconnect.surfacing.evaluate.simulation import Visits, draw_visits, replay
from fedconnect.surfacing.evaluate.world import World, build_world
from fedconnect.surfacing.feed.ranking import Page
from fedconnect.surfacing.parameters import Parameters, in_force
from support.surfacing_rows import a_dataset

P = in_force()


def visits(world: World, at: list[float], reader: list[int], dice: tuple[float, float, float]) -> Visits:
    rolled = np.tile(np.array(dice, np.float32), (len(at), P.ranking.page, 1))
    return Visits(np.array(at), np.array(reader), rolled)


def first_two(sight: Sight, parameters: Parameters) -> Page:
    order = list(range(min(2, len(sight.found))))
    return Page(order, frozenset(order[1:]))


def test_nobody_is_shown_their_own_post_or_one_twice_or_one_that_is_too_old_or_not_there_yet() -> None:
    world = build_world(a_dataset((0, 1, "bread"), (10, 0, "sleep"), (500, 7, "late"), readers=3), P)
    run = replay(world, first_two, visits(world, [5, 11, 12, 200], [0, 0, 0, 2], (0, 1, 1)), P, 1)
    assert run.seen.tolist() == [1, 0, 0]
    assert run.heard.tolist() == [1, 0, 0]
    alone = replay(world, first_two, visits(world, [168 + 10.5], [2], (0, 1, 1)), P, 1)
    assert alone.seen.tolist() == [0, 0, 0]
    assert replay(world, first_two, visits(world, [10 + 168], [2], (0, 1, 1)), P, 1).seen.tolist() == [
        0,
        1,
        0,
    ]


@pytest.mark.parametrize(("dice", "examined"), [(0.62, 2), (0.64, 1), (1.0, 0)])
def test_the_second_place_is_looked_at_less_often(dice: float, examined: int) -> None:
    world = build_world(a_dataset((0, 10, "bread"), (0, 11, "sleep"), likes=[[1], [], []]), P)
    run = replay(world, first_two, visits(world, [1], [0], (dice, 1, 1)), P, 1)
    assert (run.examined, run.shown, run.reserved) == (examined, 2, 1)
    assert run.met == (1 if examined == 2 else 0)
    assert (run.dcg[0], run.ideal[0]) == (pytest.approx(0.63093), 1.0)


def test_a_floor_is_reached_once_and_three_answers_end_a_hearing() -> None:
    world = replace(build_world(a_dataset((0, 10, "bread"), readers=4), P), promised=2)
    run = replay(world, first_two, visits(world, [1, 2, 3, 4], [0, 1, 2, 3], (0, 0.001, 0.1)), P, 1)
    assert (run.when_heard_h[0], run.first_answer_h[0], run.ended_h[0]) == (2.0, 1.0, 3.0)
    assert (run.answerers[0], run.engaged[0]) == (4, 4)
    shy = replay(world, first_two, visits(world, [1, 2, 3], [0, 1, 2], (0, 0.01, 0.1)), P, 1)
    assert (shy.engaged[0], shy.when_heard_h[0]) == (0, 2.0)
    fresh = replay(
        replace(world, counts=np.zeros(4, bool)), first_two, visits(world, [1, 2], [0, 1], (0, 0, 0)), P, 1
    )
    assert (fresh.seen[0], fresh.heard[0], fresh.engaged[0]) == (0, 0, 0)


def test_the_same_seed_draws_the_same_visits_in_order_of_time() -> None:
    world = build_world(a_dataset((0, 10, "bread"), readers=9), P)
    one, again, other = (draw_visits(world, P, seed) for seed in (1, 1, 2))
    assert one.at_h.tolist() == again.at_h.tolist() == sorted(one.at_h.tolist())
    assert one.at_h.tolist() != other.at_h.tolist()
    assert one.dice.shape == (len(one.reader), P.ranking.page, 3)
    assert one.at_h.max() < world.days * 24
