"""What a reader cares for, learnt from what they do here, and only where they said yes.

An interest is words with weights. It fades with time, it can be read by whoever it belongs to, and it says
nothing of how anybody is regarded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.encoder import Encoding, bucket_of
from fedconnect.surfacing.parameters import InterestParameters
from fedconnect.surfacing.words import words_of


@dataclass(slots=True)
class Profile:
    """A reader's interests: weights by word, for and against, and by board id; `at` in days since 1970."""

    liked: dict[str, float] = field(default_factory=dict)
    disliked: dict[str, float] = field(default_factory=dict)
    boards: dict[int, float] = field(default_factory=dict)
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Taste:
    """A profile ready for ranking: `weights` by bucket, those against below zero; `boards` from 0 to 1."""

    words: tuple[str, ...]
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float32]
    boards: Mapping[int, float]


NOTHING: Mapping[int, float] = {}


def learn(
    profile: Profile, post: Encoding, board_id: int, weight: float, at: float, most: int,
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


def taste_of(
    profile: Profile, topics: Iterable[str], follows: Iterable[int], most: int, parameters: InterestParameters
) -> Taste:
    """Return what a reader may be matched by: what was learnt, the topics they named, the boards they follow."""
    wanted = _unit(profile.liked)
    for topic in topics:
        for word in words_of(topic):
            wanted[word] = wanted.get(word, 0.0) + parameters.topic
    wanted = _unit(dict(_telling(wanted, most)))
    for word, weight in _unit(profile.disliked).items():
        wanted[word] = wanted.get(word, 0.0) - parameters.against * weight
    boards = dict(profile.boards)
    for board_id in follows:
        boards[board_id] = boards.get(board_id, 0.0) + 1.0
    dearest = max(boards.values(), default=1.0)
    return Taste(
        tuple(wanted),
        np.fromiter((bucket_of(word) for word in wanted), np.uint32, len(wanted)),
        np.fromiter(wanted.values(), np.float32, len(wanted)),
        {board_id: weight / dearest for board_id, weight in boards.items()},
    )


def shared_words(taste: Taste, post: Encoding, most: int) -> list[str]:
    """Return the words for which a post matches a reader, the most telling first: the reason that is told."""
    weights = dict(zip(taste.words, taste.weights.tolist(), strict=True))
    products = [
        (weights[word] * own, word)
        for word, own in zip(post.words, post.weights.tolist(), strict=True)
        if weights.get(word, 0.0) > 0
    ]
    return [word for _, word in sorted(products, key=lambda one: -one[0])[:most]]


def _fade(profile: Profile, at: float, parameters: InterestParameters) -> None:
    fading = math.exp(-max(0.0, at - profile.at) / parameters.half_memory_days)
    for weights in (profile.liked, profile.disliked):
        for word in weights:
            weights[word] *= fading
    for board_id in profile.boards:
        profile.boards[board_id] *= fading
    profile.at = max(profile.at, at)


def _add(weights: dict[str, float], post: Encoding, factor: float, most: int) -> None:
    for word, weight in zip(post.words, post.weights.tolist(), strict=True):
        weights[word] = weights.get(word, 0.0) + factor * weight
    if len(weights) > most:
        kept = dict(_telling(weights, most))
        weights.clear()
        weights.update(kept)


def _telling(weights: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:most]


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length > 0 else {}
