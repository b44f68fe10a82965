"""What each board has for its posts as a replay goes on, measured as the product measures it: over the last week."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.world import World
from fedconnect.surfacing.hearing.promise import Supply, posts_that_ask

_DAY_H = 24.0
_WEEK_H = 7 * _DAY_H
_COMES_WITHIN_H = 2 * _DAY_H


class BoardSupplies:
    """Looks and questions of each board in the last week, and when each reader was here last."""

    def __init__(self, world: World, dice: np.random.Generator) -> None:
        self._follows = world.follows
        self._looks: list[deque[float]] = [deque() for _ in range(world.follows.shape[1])]
        self._asked: list[deque[float]] = [deque() for _ in range(world.follows.shape[1])]
        self._over_quota: list[deque[float]] = [deque() for _ in range(world.follows.shape[1])]
        rate_h = np.maximum(1e-9, world.pace * world.visits_a_day / _DAY_H)
        self._here_h: NDArray[np.float64] = -dice.exponential(1 / rate_h)  # before the replay begins

    def came(self, reader: int, now_h: float) -> None:
        """Note a visit."""
        self._here_h[reader] = now_h

    def looked(self, board: int, now_h: float) -> None:
        """Note that a post of a board was looked at."""
        self._looks[board].append(now_h)

    def asked(self, board: int, now_h: float, *, over_quota: bool = False) -> None:
        """Note that a post asks to be heard, or would if its author had not written so much."""
        (self._over_quota if over_quota else self._asked)[board].append(now_h)

    def of(self, board: int, now_h: float) -> Supply:
        """Return what a board has now."""
        looks, asked = _lately(self._looks[board], now_h), _lately(self._asked[board], now_h)
        beyond = _lately(self._over_quota[board], now_h)
        first = min((one[0] for one in (asked, beyond) if one), default=now_h)
        is_known = bool(looks) and now_h - looks[0] >= _DAY_H
        comes = self._follows[:, board] & (now_h - self._here_h < _COMES_WITHIN_H)
        return Supply(
            _a_day(len(looks), looks[0], now_h) if is_known else None,
            _a_day(posts_that_ask(len(asked), len(beyond)), first, now_h), int(comes.sum()),
        )  # fmt: skip


def _lately(moments: deque[float], now_h: float) -> deque[float]:
    while moments and moments[0] <= now_h - _WEEK_H:
        moments.popleft()
    return moments


def _a_day(count: int, first_h: float, now_h: float) -> float:
    return count / max(1.0, (now_h - first_h) / _DAY_H)
