"""When people are awake: the hours of the day in which they come, each by the clock of where they live.

An assumption, and no data: hardly anybody comes from two to five, most in the evening, and most live in one time zone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# how many come in each hour of their own day, beside the others
HOURS = (3, 2, 1, 1, 1, 1, 2, 4, 5, 5, 5, 5, 6, 6, 5, 5, 5, 6, 7, 8, 9, 9, 7, 5)
_AT_HOME = 0.7  # of all people, in the forum's own time zone
_NEAR = 0.15  # up to two hours from it; the others anywhere
_DAY_H = 24.0


def draw_zones(dice: np.random.Generator, people: int) -> NDArray[np.int64]:
    """Draw for each of some people by how many hours their clock is ahead of the forum's."""
    lot = dice.random(people)
    near, far = dice.integers(-2, 3, people), dice.integers(-11, 13, people)
    found: NDArray[np.int64] = np.where(lot < _AT_HOME, 0, np.where(lot < _AT_HOME + _NEAR, near, far))
    return found


def draw_moments(
    dice: np.random.Generator, zones: NDArray[np.int64], begin_h: float, days: float
) -> NDArray[np.float64]:
    """Draw a moment for each of some zones, in hours from `begin_h`, which is midnight, within so many days."""
    weights = np.array(HOURS, float)
    hour = dice.choice(24, size=len(zones), p=weights / weights.sum())
    day = dice.integers(0, max(1, round(days)), len(zones))
    own = hour + dice.random(len(zones)) - zones
    moments: NDArray[np.float64] = begin_h + day * _DAY_H + own % _DAY_H
    return moments


def is_awake(zone: int, at_h: float) -> bool:
    """Whether somebody's day has begun and is not over: from seven to eleven in the evening."""
    return 7 <= (at_h + zone) % _DAY_H < 23
