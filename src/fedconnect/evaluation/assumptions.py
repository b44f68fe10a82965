"""What no data set tells of its people, and the product asks of them: may others be shown it, may it learn from them; and
on which servers they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Shares from 0 to 1: of authors whose posts may be shown beyond their board, of readers who said yes to learning.
    `servers`: on how many the readers are, the largest twice the second and three times the third; with none,
    everybody has their own. `answering`: the part of posts that somebody may answer; with none nobody answers anybody."""

    travelling: float = 1.0
    learning: float = 1.0
    servers: int = 0
    answering: float = 0.0

    def who_learns(self, readers: int, seed: int) -> NDArray[np.bool_]:
        """Draw the readers who said yes."""
        return np.random.default_rng([seed, 31]).random(readers) < self.learning

    def what_travels(self, authors: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
        """Draw the authors who let their posts travel; for each post whether its own did."""
        own, place = np.unique(authors, return_inverse=True)
        travels: NDArray[np.bool_] = np.random.default_rng([seed, 37]).random(len(own)) < self.travelling
        return travels[place]

    def what_is_answerable(self, posts: int, seed: int) -> NDArray[np.bool_]:
        """Draw the posts that whoever looks at them may answer."""
        return np.random.default_rng([seed, 73]).random(posts) < self.answering

    def which_servers(self, readers: int, seed: int) -> NDArray[np.int64] | None:
        """Draw each reader's server, by number."""
        if self.servers == 0:
            return None
        sizes = 1 / np.arange(1, self.servers + 1)
        return np.random.default_rng([seed, 43]).choice(self.servers, size=readers, p=sizes / sizes.sum())


def share_that_travels(indexable: float, answered: float, yes: float) -> float:
    """Return the share of authors whose posts travel: each is asked once, a yes or a no is what they said, and where
    nothing was said `indexable` holds. `yes`: of those who answered."""
    return answered * yes + (1 - answered) * indexable


EVERYBODY = Assumptions()
