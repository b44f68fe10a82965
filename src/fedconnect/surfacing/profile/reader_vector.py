"""A reader's interests made ready for ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.encoder import Encoding, bucket_of
from fedconnect.surfacing.parameters import InterestParameters
from fedconnect.surfacing.profile.interests import InterestProfile, telling, unit
from fedconnect.surfacing.tokenizer import tokenize


@dataclass(frozen=True, slots=True)
class ReaderVector:
    """A profile ready for ranking: `weights` by bucket, those against below zero; `boards` from 0 to 1."""

    words: tuple[str, ...]
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float32]
    boards: Mapping[int, float]


def reader_vector_of(
    profile: InterestProfile,
    topics: Iterable[str],
    follows: Iterable[int],
    most: int,
    parameters: InterestParameters,
) -> ReaderVector:
    """Return what a reader may be matched by: what was learnt, the topics they named, the boards they follow."""
    wanted = unit(profile.liked)
    for topic in topics:
        for word in tokenize(topic):
            wanted[word] = wanted.get(word, 0.0) + parameters.topic
    wanted = unit(dict(telling(wanted, most)))
    for word, weight in unit(profile.disliked).items():
        wanted[word] = wanted.get(word, 0.0) - parameters.against * weight
    # What faded away was once kept as 0.0; no board weighs anything beside that.
    boards = {board_id: weight for board_id, weight in profile.boards.items() if weight > 0}
    for board_id in follows:
        boards[board_id] = boards.get(board_id, 0.0) + 1.0
    dearest = max(boards.values(), default=1.0)
    return ReaderVector(
        tuple(wanted),
        np.fromiter((bucket_of(word) for word in wanted), np.uint32, len(wanted)),
        np.fromiter(wanted.values(), np.float32, len(wanted)),
        {board_id: weight / dearest for board_id, weight in boards.items()},
    )


def shared_words(reader_vector: ReaderVector, post: Encoding, most: int) -> list[str]:
    """Return the words for which a post matches a reader, the most telling first: the reason that is told."""
    weights = dict(zip(reader_vector.words, reader_vector.weights.tolist(), strict=True))
    products = [
        (weights[word] * own, word)
        for word, own in zip(post.words, post.weights.tolist(), strict=True)
        if weights.get(word, 0.0) > 0
    ]
    return [word for _, word in sorted(products, key=lambda one: -one[0])[:most]]
