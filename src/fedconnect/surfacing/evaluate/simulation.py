"""A replay: the same visits and the same dice for every policy, and what each makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.evaluate.board_supplies import BoardSupplies
from fedconnect.surfacing.evaluate.offered import NEVER, offered
from fedconnect.surfacing.evaluate.policies import Policy, Sight
from fedconnect.surfacing.evaluate.world import World
from fedconnect.surfacing.feed.ranking import Candidates
from fedconnect.surfacing.hearing import pacing, promise
from fedconnect.surfacing.parameters import Parameters

_DAY_H = 24.0
TEN = 10


@dataclass(frozen=True, slots=True)
class Visits:
    """Who comes when, and the dice of each place on their page: looked at, engaged, answered."""

    at_h: NDArray[np.float64]
    reader: NDArray[np.int64]
    dice: NDArray[np.float32]


@dataclass(slots=True)
class Run:
    """What happened under one policy. `floors`: what each post's board could promise when it came, from its own supply;
    those over quota and repetitions have no reserved place for it, and are measured by it all the same.
    `when_heard_h`: the age at which that was reached, else inf; `when_ten_h`: at which ten were."""

    floors: NDArray[np.float64]
    seen: NDArray[np.int64]
    heard: NDArray[np.float64]
    when_heard_h: NDArray[np.float64]
    when_ten_h: NDArray[np.float64]
    ended_h: NDArray[np.float64]
    engaged: NDArray[np.float64]
    answerers: NDArray[np.int64]
    first_answer_h: NDArray[np.float64]
    dcg: NDArray[np.float64]
    ideal: NDArray[np.float64]
    visitor: NDArray[np.int64]
    met: int
    examined: int
    reserved: int
    shown: int


class Looks:
    """Who looked at what, whether they were in its audience then, and when they had it open: readers by posts."""

    def __init__(self, world: World) -> None:
        self.looked_at = np.zeros(world.liked.shape, bool)
        self.was_inside = np.zeros(world.liked.shape, bool)
        self.opened_h = np.full(world.liked.shape, NEVER, np.float32)
        self.last_answer_h = np.full(world.liked.shape[1], NEVER, np.float32)  # no more exact than `opened_h`


def draw_visits(world: World, parameters: Parameters, seed: int) -> Visits:
    """Return the visits of a replay."""
    dice = np.random.default_rng([seed, 11])
    counts = dice.poisson(world.pace * world.visits_a_day * world.days)
    reader = np.repeat(np.arange(len(counts)), counts)
    at = dice.uniform(0, world.days * _DAY_H, len(reader))
    order = np.argsort(at, kind="stable")
    return Visits(
        at[order], reader[order], dice.random((len(reader), parameters.ranking.page, 3), dtype=np.float32)
    )


def replay(world: World, policy: Policy, visits: Visits, parameters: Parameters, seed: int) -> Run:
    """Let everybody visit under one policy."""
    count = len(world.arrival_h)
    run = Run(
        np.zeros(count), np.zeros(count, np.int64), np.zeros(count), np.full(count, np.inf), np.full(count, np.inf),
        np.full(count, np.inf),
        np.zeros(count), np.zeros(count, np.int64), np.full(count, np.inf),
        np.zeros(len(visits.reader)), np.zeros(len(visits.reader)), visits.reader, 0, 0, 0, 0,
    )  # fmt: skip
    examined_p = 1 / np.log2(1 + np.arange(1, parameters.ranking.page + 1))
    seen = Looks(world)
    month = np.zeros(world.follows.shape[1])
    dice = np.random.default_rng([seed, 13])
    supplies, placed = BoardSupplies(world, np.random.default_rng([seed, 41])), 0
    for number, (now, reader) in enumerate(zip(visits.at_h.tolist(), visits.reader.tolist(), strict=True)):
        placed = _place(world, run, supplies, placed, now, parameters)
        supplies.came(reader, now)
        places = offered(
            world, reader, now, seen.opened_h[reader], seen.last_answer_h, run.heard, run.floors, run.ended_h,
            parameters,
        )  # fmt: skip
        if len(places) == 0:
            continue
        sight = _sight(world, run, seen, places, reader, now, month, dice, parameters)
        page = policy(sight, parameters)
        order = places[page.order]
        run.shown += len(order)
        run.reserved += len(page.reserved)
        is_new = ~seen.looked_at[reader]
        relevant = world.liked[reader, order] & is_new[order]
        _judge(run, number, relevant, int((world.liked[reader, places] & is_new[places]).sum()), examined_p)
        rolled = visits.dice[number, : len(order)]
        examined = np.flatnonzero(rolled[:, 0] < examined_p[: len(order)])
        for rank in examined.tolist():
            place, inside = int(order[rank]), bool(sight.found.in_audience[page.order[rank]])
            if not world.counts[reader]:
                continue
            fresh = not seen.looked_at[reader, place]
            if fresh:
                supplies.looked(int(world.boards[place]), now)
            _look(world, run, place, now, fresh, inside and not seen.was_inside[reader, place])
            seen.looked_at[reader, place] = True
            seen.was_inside[reader, place] |= inside
            if fresh:
                _engage(
                    world,
                    run,
                    seen,
                    reader,
                    place,
                    now,
                    bool(relevant[rank]),
                    rolled[rank],
                    month,
                    parameters,
                )
        run.examined += len(examined)
        run.met += int(relevant[examined].sum())
    return run


def _sight(
    world: World, run: Run, seen: Looks, places: NDArray[np.intp], reader: int, now: float, month: NDArray[np.float64],
    dice: np.random.Generator, parameters: Parameters,
) -> Sight:  # fmt: skip
    age = now - world.arrival_h[places]
    fit = world.fits[reader, places].astype(np.float64)
    hours = np.full(len(places), parameters.hearing.hours)
    is_over = (run.ended_h[places] <= age) | seen.was_inside[reader, places]
    floor = np.where(is_over | ~world.has_floor[places], 0.0, run.floors[places])
    step = pacing.step_of(age, run.heard[places], run.floors[places], hours, parameters.hearing.pace)
    follows = world.follows[reader, world.boards[places]]
    in_audience = (fit >= world.thresholds[places, step]) | (world.with_followers[places] & follows)
    found = Candidates(
        fit, age, run.heard[places], run.seen[places].astype(np.float64), floor, hours, in_audience, world.authors[places], world.duplicates[places],
        world.barred[places],
        np.zeros(len(places), bool), seen.looked_at[reader, places], world.boards[places],
        np.zeros(len(places), np.int64), run.answerers[places] > 0,
    )  # fmt: skip

    def likeness(some: NDArray[np.intp]) -> NDArray[np.float32]:
        own = places[some]
        return world.alike[np.ix_(own, own)].astype(np.float32)

    return Sight(
        found,
        likeness,
        follows,
        run.engaged[places],
        month[world.boards[places]],
        now,
        dice,
        len(world.counts),
    )


def _judge(
    run: Run, number: int, relevant: NDArray[np.bool_], possible: int, gain: NDArray[np.float64]
) -> None:
    run.dcg[number] = gain[: len(relevant)][relevant].sum()
    run.ideal[number] = gain[:possible].sum()


def _place(
    world: World, run: Run, supplies: BoardSupplies, placed: int, now: float, parameters: Parameters
) -> int:
    """Promise each post that has come since, by what its board has at that moment; return how many have come."""
    come = int(np.searchsorted(world.arrival_h, now))
    for place in range(placed, come):
        board, at = int(world.boards[place]), float(world.arrival_h[place])
        run.floors[place] = supplies.of(board, at).promise(world.floor, parameters.hearing)
        if world.has_floor[place]:
            supplies.asked(board, at)  # placed now, and among those that ask
    return come


def _look(world: World, run: Run, place: int, now: float, fresh: bool, counts: bool) -> None:
    run.seen[place] += fresh
    if not counts:
        return
    run.heard[place] += 1
    age = now - world.arrival_h[place]
    if promise.is_heard(int(run.heard[place]), int(run.floors[place])):
        run.when_heard_h[place] = min(run.when_heard_h[place], age)
    if run.heard[place] == TEN:
        run.when_ten_h[place] = age


def _engage(
    world: World, run: Run, seen: Looks, reader: int, place: int, now: float, relevant: bool, rolled: NDArray[np.float32],
    month: NDArray[np.float64], parameters: Parameters,
) -> None:  # fmt: skip
    evaluation = parameters.evaluation
    if rolled[1] >= (evaluation.engage_relevant if relevant else evaluation.engage_other):
        return
    run.engaged[place] += 1
    seen.opened_h[reader, place] = now
    month[world.boards[place]] += 1
    if rolled[2] >= evaluation.answer:
        return
    run.answerers[place] += 1
    seen.last_answer_h[place] = now
    age = now - world.arrival_h[place]
    run.first_answer_h[place] = min(run.first_answer_h[place], age)
    hosts = [
        f"{number}.example" for number in range(int(run.answerers[place]))
    ]  # nothing tells where they are
    if promise.is_answered(hosts, parameters.hearing):
        run.ended_h[place] = min(run.ended_h[place], age)
