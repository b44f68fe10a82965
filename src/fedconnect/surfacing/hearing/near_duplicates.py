"""Posts that say the same: they share one floor."""

from __future__ import annotations

from fedconnect.surfacing.encoder import Encoding, distance, likeness
from fedconnect.surfacing.parameters import HearingParameters


def are_near_duplicates(one: Encoding, other: Encoding, parameters: HearingParameters) -> bool:
    """Whether two texts are so alike that they share one floor."""
    if not one.words or not other.words:
        return False
    return (
        distance(one.simhash, other.simhash) <= parameters.duplicate_distance
        or likeness(one, other) > parameters.duplicate_likeness
    )
