"""What a reader cares for, learnt from what they do here, and only where they said yes.

An interest is words with weights. It fades with time, it can be read by whoever it belongs to, and it says
nothing of how anybody is regarded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fedconnect.surfacing.parameters import InterestParameters

#: A post's telling words with their weights.
Telling = Sequence[tuple[str, float]]


@dataclass(slots=True)
class InterestProfile:
    """A reader's interests: weights by word, for and against, and by board id; `at` in days since 1970."""

    liked: dict[str, float] = field(default_factory=dict)
    disliked: dict[str, float] = field(default_factory=dict)
    boards: dict[int, float] = field(default_factory=dict)
    at: float = 0.0


def learn(
    profile: InterestProfile, post: Telling, board_id: int, weight: float, at: float, most: int,
    parameters: InterestParameters,
) -> None:  # fmt: skip
    """Take an action on a post into a profile; a `weight` below zero is "less like this".

    Ref: p <- exp(-dt/tau) p + w x, cut to the `most` telling words.
    """
    _fade(profile, at, parameters)
    if weight < 0:
        _add(profile.disliked, post, -weight, most)
        return
    _add(profile.liked, post, weight, most)
    profile.boards[board_id] = profile.boards.get(board_id, 0.0) + weight


def _fade(profile: InterestProfile, at: float, parameters: InterestParameters) -> None:
    fading = math.exp(-max(0.0, at - profile.at) / parameters.half_memory_days)
    for weights in (profile.liked, profile.disliked):
        for word in weights:
            weights[word] *= fading
    for board_id in profile.boards:
        profile.boards[board_id] *= fading
    profile.at = max(profile.at, at)


def _add(weights: dict[str, float], post: Telling, factor: float, most: int) -> None:
    for word, weight in post:
        weights[word] = weights.get(word, 0.0) + factor * weight
    if len(weights) > most:
        kept = dict(telling(weights, most))
        weights.clear()
        weights.update(kept)


def telling(weights: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    """Return the `most` weighty words, the weightiest first."""
    return sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:most]


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights of length 1 together."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length > 0 else {}
