"""Posts that say the same: the later one shares the floor of the first."""

from __future__ import annotations

from fedconnect.surfacing.encoder import Encoding, distance, likeness
from fedconnect.surfacing.parameters import HearingParameters


def are_near_duplicates(one: Encoding, other: Encoding, parameters: HearingParameters) -> bool:
    """Whether two texts are so alike that they share one floor; never where either says little."""
    if min(len(one.words), len(other.words)) < parameters.duplicate_words:
        return False
    return (
        distance(one.simhash, other.simhash) <= parameters.duplicate_distance
        or likeness(one, other) > parameters.duplicate_likeness
    )
