"""How unequally attention is spread over posts. Ref: Gini 1912, Lorenz 1905."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def gini(amounts: ArrayLike) -> float:
    """Return the Gini coefficient of amounts: 0 where all are equal."""
    ordered = np.sort(np.asarray(amounts, np.float64))
    total, count = ordered.sum(), len(ordered)
    if count == 0 or total == 0:
        return math.nan
    return float((2 * np.arange(1, count + 1) - count - 1) @ ordered / (count * total))


def lorenz(amounts: ArrayLike, points: int = 50) -> list[float]:
    """Return which part of all the least seen 0, 1/points, … 1 of the posts got."""
    ordered = np.sort(np.asarray(amounts, np.float64))
    if len(ordered) == 0 or ordered.sum() == 0:
        return [0.0] * points + [1.0]
    sums = np.concatenate([[0.0], np.cumsum(ordered) / ordered.sum()])
    return [float(x) for x in np.interp(np.linspace(0, len(ordered), points + 1), np.arange(len(sums)), sums)]
