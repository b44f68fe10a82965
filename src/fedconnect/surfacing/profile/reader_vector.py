"""A reader's interests made ready for ranking."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fedconnect.meaning.thesaurus import NearWord, Thesaurus, key_of, near_words
from fedconnect.surfacing.encoder import BUCKETS, Encoding, bucket_of
from fedconnect.surfacing.parameters import InterestParameters
from fedconnect.surfacing.profile.interests import InterestProfile, telling, unit
from fedconnect.surfacing.tokenizer import tokenize


@dataclass(frozen=True, slots=True)
class ReaderVector:
    """A profile ready for ranking: `weights` by bucket, those against below zero; `boards` from 0 to 1.

    The first of `buckets` are those of `words`; behind them stand those of the words near a topic that was named: their keys
    are `near`, and whose each is `topics`. A fit up to `least` by such words alone is no match.
    """

    words: tuple[str, ...]
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float32]
    boards: Mapping[int, float]
    near: Sequence[int] = ()
    topics: tuple[str, ...] = ()
    least: float = 0.0


def reader_vector_of(
    profile: InterestProfile,
    topics: Iterable[str],
    follows: Iterable[int],
    most: int,
    parameters: InterestParameters,
    thesaurus: Thesaurus | None = None,
) -> ReaderVector:
    """Return what a reader may be matched by: what was learnt, the topics they named and, with a thesaurus, words near
    them, the boards they follow. A topic's word weighs the same alone and with those that are near it.
    """
    wanted = unit(profile.liked)
    near = _name_topics(wanted, topics, parameters, thesaurus)
    wanted = dict(telling(wanted, most))
    squares = [weight * weight for weight in wanted.values()] + [one.weight**2 for one in near]
    length = math.sqrt(sum(squares)) or 1.0
    wanted = {word: weight / length for word, weight in wanted.items()}
    near = [replace(one, weight=one.weight / length) for one in near]
    for word, weight in unit(profile.disliked).items():
        wanted[word] = wanted.get(word, 0.0) - parameters.against * weight
    # What faded away was once kept as 0.0; no board weighs anything beside that.
    boards = {board_id: weight for board_id, weight in profile.boards.items() if weight > 0}
    for board_id in follows:
        boards[board_id] = boards.get(board_id, 0.0) + 1.0
    dearest = max(boards.values(), default=1.0)
    own = np.fromiter((bucket_of(word) for word in wanted), np.uint32, len(wanted))
    keys = np.fromiter((one.key for one in near), np.uint32, len(near))
    return ReaderVector(
        tuple(wanted),
        np.concatenate([own, keys % np.uint32(BUCKETS)]),
        np.array([*wanted.values(), *(one.weight for one in near)], np.float32),
        {board_id: weight / dearest for board_id, weight in boards.items()},
        array("I", keys.tolist()),
        tuple(one.topic for one in near),
        parameters.least_near / length if near else 0.0,
    )


def _name_topics(
    wanted: dict[str, float],
    topics: Iterable[str],
    parameters: InterestParameters,
    thesaurus: Thesaurus | None,
) -> list[NearWord]:
    """Add the words of topics to what is wanted, and return the words near them. A topic's own words weigh more than any near
    them, and all of these are as long together as its own words were alone."""
    words_of = {topic: tokenize(topic) for topic in topics}
    found = near_words(thesaurus, words_of, parameters.near_words) if thesaurus is not None else ()
    weights = {one.key: parameters.near * one.weight for one in found}
    own = {word: 1 + weights.get(key_of(word), 0.0) for words in words_of.values() for word in words}
    named = {key_of(word) for word in own}
    near = [one for one in found if one.key not in named]
    squares: dict[str, float] = defaultdict(float)
    for one in near:
        squares[one.topic] += weights[one.key] ** 2
    share: dict[str, float] = {}
    for topic, words in words_of.items():
        whole = squares[topic] + sum(own[word] ** 2 for word in words)
        share[topic] = parameters.topic * math.sqrt(len(words) / whole) if words else 0.0
        for word in words:
            wanted[word] = wanted.get(word, 0.0) + share[topic] * own[word]
    return [replace(one, weight=share[one.topic] * weights[one.key]) for one in near]


def shared_words(reader_vector: ReaderVector, post: Encoding, most: int) -> list[str]:
    """Return the words for which a post matches a reader, the most telling first: the reason that is told."""
    weights = dict(zip(reader_vector.words, reader_vector.weights.tolist(), strict=False))
    products = [
        (weights[word] * own, word)
        for word, own in zip(post.words, post.weights.tolist(), strict=True)
        if weights.get(word, 0.0) > 0
    ]
    return [word for _, word in sorted(products, key=lambda one: -one[0])[:most]]


def near_topic(reader_vector: ReaderVector, post: Encoding, most: int) -> tuple[str, tuple[str, ...]]:
    """Return the named topic that a post stands nearest to, and the words of the post that do; nothing where all that is near
    any topic is so slight that it is chance."""
    places = dict(zip(reader_vector.near, range(len(reader_vector.near)), strict=True))
    weights = reader_vector.weights[len(reader_vector.words) :]
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for at, word in enumerate(post.words) if places else ():
        place = places.get(key_of(word))
        if place is not None:
            fit = float(weights[place] * post.weights[at])
            found[reader_vector.topics[place]].append((fit, word))
    fits = {topic: sum(fit for fit, _ in parts) for topic, parts in found.items()}
    if not fits or sum(fits.values()) < reader_vector.least:
        return "", ()
    nearest = max(fits, key=lambda topic: fits[topic])
    return nearest, tuple(word for _, word in sorted(found[nearest], key=lambda part: -part[0])[:most])


def is_match(reader_vector: ReaderVector, fit: float, post: Encoding) -> bool:
    """Whether a post of this fit is brought to a reader: one that says what they learnt or named, however slightly; one that
    only stands near a topic, beyond what is chance."""
    if fit > reader_vector.least or fit <= 0:
        return fit > 0
    count = len(reader_vector.words)
    own = reader_vector.buckets[:count][reader_vector.weights[:count] > 0]
    return not set(own.tolist()).isdisjoint(post.buckets.tolist())
