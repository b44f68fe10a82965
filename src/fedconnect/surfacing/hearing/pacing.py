"""The pace of hearings: how far each ought to be by now, and whom to ask more when it is behind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def target(
    age_h: NDArray[np.float64], count: NDArray[np.float64], hours: NDArray[np.float64], pace: float
) -> NDArray[np.float64]:
    """Return how many impressions each post ought to have had by now."""
    return count * np.minimum(1.0, age_h / (hours * pace))


def is_behind(
    age_h: NDArray[np.float64], seen: NDArray[np.float64], count: NDArray[np.float64],
    hours: NDArray[np.float64], pace: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether each lacks half an impression or more of what is due by now. Readers come one by one: what lacks less is on
    its way, and a place for it would be taken from something else too soon."""
    return target(age_h, count, hours, pace) - seen >= 0.5


def step_of(
    age_h: NDArray[np.float64], seen: NDArray[np.float64], count: NDArray[np.float64],
    hours: NDArray[np.float64], pace: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Return how often each audience is doubled: once for each quarter of the time in which a post is behind."""
    quarters = np.minimum(3, (4 * age_h / hours).astype(np.int64))
    return np.where(seen < target(age_h, count, hours, pace), quarters, 0)
