"""A thesaurus that this installation learnt from its own posts: for each stem the forms in which it was written, and
the stems that stand near it. It keeps digests of words and no word.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fedconnect.meaning.stems import stems_of

MOST_STEMS = 0xFFFF
_HEAD = struct.Struct("<4I")  # stems, words, stems that have others near them, how many each
_LONGEST = 16_000_000  # bytes unpacked: a full one has 5 million
_REMEMBERED = 2_000

#: A topic's word, as what it may be written like: by the key of each word how near it is, of length 1 together.
Near = tuple[NDArray[np.uint32], NDArray[np.float32]]


@lru_cache(maxsize=200_000)
def key_of(word: str) -> int:
    """Return the digest by which a word is known here, 32 bits, of which the encoder's bucket is the rest."""
    return zlib.crc32(word.encode())


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word that stands near a topic which a reader named: how near, from 0 to 1 for each of their topics."""

    key: int
    weight: float
    topic: str


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """`stems`: keys, the most used first. The forms of the stem at place i are `words[ends[i]:ends[i + 1]]`. For the
    first stems, row i of `near` holds the places of others that stand near it, and `nearness` how near each is (cosine, 0 to
    1).
    """

    stems: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    words: NDArray[np.uint32]
    near: NDArray[np.uint16]
    nearness: NDArray[np.float16]
    _sorted: NDArray[np.intp] = field(init=False)
    _known: dict[str, Near] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sorted", np.argsort(self.stems, kind="stable"))

    def pack(self) -> bytes:
        """Return all of it as bytes."""
        rows, width = self.near.shape
        head = _HEAD.pack(len(self.stems), len(self.words), rows, width)
        parts = [
            self.stems.astype("<u4"), self.ends.astype("<u4"), self.words.astype("<u4"),
            self.near.astype("<u2"), self.nearness.astype("<f2"),
        ]  # fmt: skip
        return zlib.compress(head + b"".join(part.tobytes() for part in parts), 6)

    @staticmethod
    def unpack(packed: bytes) -> Thesaurus:
        """Read what `pack` wrote.

        Raises:
            ValueError: it is something else.
        """
        unpacking = zlib.decompressobj()
        try:
            plain = unpacking.decompress(packed, _LONGEST)
        except zlib.error as error:
            raise ValueError("no thesaurus") from error
        if len(plain) < _HEAD.size or not unpacking.eof:
            raise ValueError("no thesaurus")
        stems, words, rows, width = _HEAD.unpack_from(plain)
        lengths = [
            ("<u4", stems),
            ("<u4", stems + 1),
            ("<u4", words),
            ("<u2", rows * width),
            ("<f2", rows * width),
        ]
        if len(plain) != _HEAD.size + sum(np.dtype(kind).itemsize * count for kind, count in lengths):
            raise ValueError("no thesaurus")
        parts, start = [], _HEAD.size
        for kind, count in lengths:
            parts.append(np.frombuffer(plain, kind, count, start))
            start += parts[-1].nbytes
        _, ends, _, near, nearness = parts
        # What points beside what there is would end a reader's page, and not here.
        is_whole = (
            rows <= stems and ends[0] == 0 and ends[-1] == words and bool((ends[1:] >= ends[:-1]).all())
        )
        if not is_whole or (near >= stems).any() or not np.isfinite(nearness).all():
            raise ValueError("no thesaurus")
        return Thesaurus(parts[0], ends, parts[2], near.reshape(rows, width), nearness.reshape(rows, width))

    def near_word(self, word: str) -> Near:
        """Return the words that one may be written like: forms of its stem, and of the stems that stand near it."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> Near:
        weights = np.zeros(len(self.stems), np.float32)
        for place in map(self._place_of, map(key_of, stems_of(word))):
            if place is not None and place < len(self.near):
                others = self.near[place]
                weights[others] = np.maximum(weights[others], self.nearness[place])
            if place is not None:
                weights[place] = 1.0
        found = np.flatnonzero(weights)
        length = float(np.linalg.norm(weights[found])) or 1.0
        starts, counts = self.ends[found].astype(np.intp), np.diff(self.ends)[found].astype(np.intp)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.words[np.repeat(starts, counts) + within], np.repeat(weights[found] / length, counts)

    def _place_of(self, key: int) -> int | None:
        found = int(np.searchsorted(self.stems, key, sorter=self._sorted))
        if found == len(self.stems):
            return None
        place = int(self._sorted[found])
        return place if int(self.stems[place]) == key else None


def near_words(thesaurus: Thesaurus, topics: Mapping[str, Iterable[str]], most: int) -> Sequence[NearWord]:
    """Return the `most` words that stand nearest to any of a reader's topics, which are given with their words, the nearest
    first; each with the topic that it is nearest to."""
    named: list[str] = []
    keys, values, owners = [], [], []
    for topic, words in topics.items():
        for word in words:
            own_keys, own_values = thesaurus.near_word(word)
            keys.append(own_keys)
            values.append(own_values)
            owners.append(np.full(len(own_keys), len(named)))
            named.append(topic)
    if not keys:
        return ()
    all_keys, weights, owner = np.concatenate(keys), np.concatenate(values), np.concatenate(owners)
    order = np.argsort(-weights, kind="stable")
    distinct, first, group = np.unique(all_keys[order], return_index=True, return_inverse=True)
    sums = np.bincount(group, weights[order], len(distinct))
    nearest = owner[order][first]
    best = np.argsort(-sums, kind="stable")[:most]
    return [NearWord(int(distinct[i]), float(sums[i]), named[int(nearest[i])]) for i in best.tolist()]
