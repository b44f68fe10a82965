"""Who comes when in a replay, with the dice of each place on their page: the same for every policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.clocks import draw_moments
from fedconnect.evaluation.world import World
from fedconnect.surfacing.parameters import Parameters

_DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class Visits:
    """Who comes when, and the dice of each place on their page: looked at, engaged, answered."""

    at_h: NDArray[np.float64]
    reader: NDArray[np.int64]
    dice: NDArray[np.float32]


def draw_visits(world: World, parameters: Parameters, seed: int) -> Visits:
    """Return the visits of a replay."""
    dice = np.random.default_rng([seed, 11])
    counts = dice.poisson(world.pace * world.visits_a_day * world.days)
    reader = np.repeat(np.arange(len(counts)), counts)
    if world.zones is None:
        at = dice.uniform(0, world.days * _DAY_H, len(reader))
    else:
        at = draw_moments(dice, world.zones[reader], 0.0, world.days)
    order = np.argsort(at, kind="stable")
    return Visits(
        at[order], reader[order], dice.random((len(reader), parameters.ranking.page, 3), dtype=np.float32)
    )
