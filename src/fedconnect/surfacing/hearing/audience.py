"""Who is likely to care for a post: the tenth of all readers whom it fits best, or the board's own people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.parameters import AudienceParameters

LEAST_FIT = 1e-6  # a reader whom nothing ties to a post is nobody's audience
_SAMPLE = 4096
STEPS = 4  # a tenth, two tenths, four, eight


@dataclass(frozen=True, slots=True)
class Audience:
    """Who counts for a post: everybody whose fit reaches the threshold of the present `step`.

    `thresholds` are those of each doubling of the share; `with_followers`: where a share is too small,
    whoever follows the board counts too.
    """

    thresholds: tuple[float, ...]
    with_followers: bool

    def threshold(self, step: int) -> float:
        """Return the least fit that counts after so many doublings."""
        return self.thresholds[min(step, len(self.thresholds) - 1)]

    def holds(self, fit: float, follows: bool, step: int) -> bool:
        """Whether a reader counts."""
        return fit >= self.threshold(step) or (self.with_followers and follows)


def audience_of(fits: NDArray[np.float32], readers: int, parameters: AudienceParameters) -> Audience:
    """Return the audience of a post from the `fits` of those readers whom anything ties to it.

    `readers` is how many there are in all. Where the first share is fewer than `least` people, whoever
    follows the board counts as well.
    """
    fits = fits[fits >= LEAST_FIT]
    wanted = [round(readers * parameters.share * 2**step) for step in range(STEPS)]
    ranks = sorted({len(fits) - count for count in wanted if 0 < count <= len(fits)})
    parted = np.partition(fits, ranks) if ranks else fits
    thresholds = [
        float(parted[len(fits) - count]) if 0 < count <= len(fits) else LEAST_FIT for count in wanted
    ]
    for step in range(1, STEPS):  # of a handful of readers a tenth is nobody, and that means anybody
        thresholds[step] = min(thresholds[step], thresholds[step - 1])
    return Audience(tuple(thresholds), with_followers=min(wanted[0], len(fits)) < parameters.least)


def best_of(fits: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """Return the places of the `most` readers whom a post fits best, the best first."""
    tied = np.flatnonzero(fits >= _promising(fits, most))
    if len(tied) < most:
        tied = np.flatnonzero(fits >= LEAST_FIT)
    if len(tied) > most:
        tied = tied[np.argpartition(-fits[tied], most)[:most]]
    best: NDArray[np.intp] = tied[np.argsort(-fits[tied], kind="stable")]
    return best


def _promising(fits: NDArray[np.float32], most: int) -> float:
    """Return a fit that about three times as many reach as are wanted, judged by a sample."""
    step = len(fits) // _SAMPLE
    if step < 2:
        return LEAST_FIT
    sample = fits[::step]
    rank = min(len(sample), max(8, 3 * most * len(sample) // len(fits)))
    return max(LEAST_FIT, float(np.partition(sample, len(sample) - rank)[len(sample) - rank]))
