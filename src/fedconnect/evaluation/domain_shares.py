"""How many readers of one domain count for each hearing of a replay, as the product counts them."""

from __future__ import annotations

import numpy as np

from fedconnect.evaluation.world import World
from fedconnect.surfacing.hearing import promise


class DomainShares:
    """The cap of each post, and who filled it so far. Where nothing tells of domains, everybody has their own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._caps = np.zeros(len(world.arrival_h), np.int64)
        self._counted: dict[tuple[int, int], int] = {}

    def place(self, place: int, floor: int) -> None:
        """Set the cap of a post by who is in its audience when it is placed."""
        world = self._world
        if world.domains is None:
            return
        inside = world.in_audience(place)
        _, counts = np.unique(world.domains[inside], return_counts=True)
        self._caps[place] = max(promise.domain_cap(floor, counts.tolist(), 0), promise.domain_share(floor))

    def counts(self, place: int, reader: int) -> bool:
        """Whether one more reader counts for a post, which is then written down."""
        if self._world.domains is None:
            return True
        key = (place, int(self._world.domains[reader]))
        if self._counted.get(key, 0) >= self._caps[place]:
            return False
        self._counted[key] = self._counted.get(key, 0) + 1
        return True
