"""The promise to each post: so many qualified impressions within two days, evenly, then by merit alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.encoder import Encoding, distance, likeness
from fedconnect.surfacing.parameters import HearingParameters


@dataclass(frozen=True, slots=True)
class Floor:
    """What a board promises: `count` qualified impressions in `hours`."""

    count: int
    hours: float


def target(
    age_h: NDArray[np.float64], count: NDArray[np.float64], hours: NDArray[np.float64], pace: float
) -> NDArray[np.float64]:
    """Return how many impressions each post ought to have had by now."""
    return count * np.minimum(1.0, age_h / (hours * pace))


def step_of(
    age_h: NDArray[np.float64], seen: NDArray[np.float64], count: NDArray[np.float64],
    hours: NDArray[np.float64], pace: float,
) -> NDArray[np.int64]:  # fmt: skip
    """Return how often each audience is doubled: once for each quarter of the time in which a post is behind."""
    quarters = np.minimum(3, (4 * age_h / hours).astype(np.int64))
    return np.where(seen < target(age_h, count, hours, pace), quarters, 0)


def promise(floor: int, examined_a_day: float, posts_a_day: float, parameters: HearingParameters) -> int:
    """Return k_eff: what can be promised to every post, from what readers look at in a day."""
    if posts_a_day <= 0:
        return floor
    return min(floor, int(parameters.supply_share * examined_a_day / posts_a_day))


def is_heard(seen: int, floor: int) -> bool:
    """Whether the floor is reached."""
    return seen >= floor


def is_answered(answerers: int, parameters: HearingParameters) -> bool:
    """Whether enough other people have answered for the hearing to end early."""
    return answerers >= parameters.answers


def has_quota(posts_in_a_day: int, is_first: bool, parameters: HearingParameters) -> bool:
    """Whether one more post of an author gets a floor: so many a day, and the first one always."""
    return is_first or posts_in_a_day < parameters.posts_a_day


def are_twins(one: Encoding, other: Encoding, parameters: HearingParameters) -> bool:
    """Whether two texts are so alike that they share one floor."""
    if not one.words or not other.words:
        return False
    return (
        distance(one.simhash, other.simhash) <= parameters.twin_distance
        or likeness(one, other) > parameters.twin_likeness
    )
