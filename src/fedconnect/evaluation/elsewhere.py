"""What people do with posts at home, where they read the newest first: what an order that goes by boosts can go by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.world import World


class Elsewhere:
    """How often people turned to each post at home, as time goes on. `popular`: as often as to all of its author; a proxy,
    since nothing tells of followers."""

    def __init__(self, world: World, engagements: Sequence[tuple[float, int]]) -> None:
        self._engagements, self._done = engagements, 0
        _, self._author = np.unique(world.authors, return_inverse=True)
        self._of_post = np.zeros(len(world.arrival_h))
        self._of_author = np.zeros(len(world.arrival_h))

    def until(
        self, now_h: float, places: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how often that was before a moment, for some posts and for their authors."""
        while self._done < len(self._engagements) and self._engagements[self._done][0] < now_h:
            place = self._engagements[self._done][1]
            self._of_post[place] += 1
            self._of_author[self._author[place]] += 1
            self._done += 1
        return self._of_post[places], self._of_author[self._author[places]]
