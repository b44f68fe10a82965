"""What no data set tells of its people, and the product asks of them: may others be shown it, may it learn from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Shares from 0 to 1: of authors whose posts may be shown beyond their board, of readers who said yes to learning."""

    travelling: float = 1.0
    learning: float = 1.0

    def who_learns(self, readers: int, seed: int) -> NDArray[np.bool_]:
        """Draw the readers who said yes."""
        return np.random.default_rng([seed, 31]).random(readers) < self.learning

    def what_travels(self, authors: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
        """Draw the authors who let their posts travel; for each post whether its own did."""
        own, place = np.unique(authors, return_inverse=True)
        travels: NDArray[np.bool_] = np.random.default_rng([seed, 37]).random(len(own)) < self.travelling
        return travels[place]


EVERYBODY = Assumptions()
