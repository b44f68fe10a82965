"""Texts as sparse vectors of words: hashed TF-IDF, learnt from this installation's own posts alone.

Words are kept beside the numbers, so that every reason can be told in words.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.parameters import EncoderParameters
from fedconnect.surfacing.tokenizer import tokenize

BUCKETS = 1 << 18
MOST_LANGUAGES = 12
OTHER = "und"  # what says no language, or is one too many
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BITS = np.arange(64, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as its most telling words: `buckets` (uint32) and `weights` (float32, of length 1 together)
    in the order of `words`, the most telling first; `simhash` tells near-duplicates."""

    words: tuple[str, ...]
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float32]
    simhash: int

    def pack(self) -> bytes:
        """Return the numbers as bytes: 6 for each word."""
        return self.buckets.astype("<u4").tobytes() + self.weights.astype("<f2").tobytes()

    @property
    def telling(self) -> list[tuple[str, float]]:
        """The words with their weights."""
        return list(zip(self.words, self.weights.tolist(), strict=True))

    @staticmethod
    def unpack(packed: bytes, words: Iterable[str], simhash: int) -> Encoding:
        """Read what `pack` wrote."""
        count = len(packed) // 6
        buckets = np.frombuffer(packed, "<u4", count).astype(np.uint32)
        weights = np.frombuffer(packed, "<f2", count, count * 4).astype(np.float32)
        return Encoding(tuple(words), buckets, weights, simhash)


@dataclass(slots=True)
class Frequencies:
    """In how many posts each bucket's words occur, for each language (1 MB each, at most twelve
    and one for all others)."""

    posts: dict[str, int] = field(default_factory=dict)
    tables: dict[str, NDArray[np.uint32]] = field(default_factory=dict)

    def table(self, language: str) -> str:
        """Return the name of the table in which a language is counted."""
        name = language.partition("-")[0].casefold() or OTHER
        if name not in self.tables and len(self.tables) >= MOST_LANGUAGES:
            return OTHER
        return name

    def learn(self, text_words: Iterable[str], language: str) -> None:
        """Count one post."""
        name = self.table(language)
        if name not in self.tables:
            self.tables[name] = np.zeros(BUCKETS, np.uint32)
        self.tables[name][[bucket_of(word) for word in set(text_words)]] += 1
        self.posts[name] = self.posts.get(name, 0) + 1

    def rarity(self, buckets: NDArray[np.uint32], language: str) -> NDArray[np.float32]:
        """Return the smoothed inverse document frequency of each bucket; 1 where nothing was learnt."""
        name = self.table(language)
        known = self.tables.get(name)
        if known is None:
            return np.ones(len(buckets), np.float32)
        return (math.log(1 + self.posts[name]) - np.log1p(known[buckets]) + 1).astype(np.float32)


@lru_cache(maxsize=200_000)
def bucket_of(word: str) -> int:
    """Return the bucket of a word, 0 to 2^18 - 1."""
    return zlib.crc32(word.encode()) % BUCKETS


def encode(text: str, language: str, frequencies: Frequencies, parameters: EncoderParameters) -> Encoding:
    """Return a plain text as a vector."""
    return encode_words(tokenize(text[: parameters.longest_text]), language, frequencies, parameters)


def encode_words(
    found: Iterable[str], language: str, frequencies: Frequencies, parameters: EncoderParameters
) -> Encoding:
    """Return words, in any order and repeated as in the text, as a vector."""
    counts = Counter(found)
    words = list(counts)
    buckets = np.fromiter((bucket_of(word) for word in words), np.uint32, len(words))
    weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(words)))
    return weigh(words, buckets, weights * frequencies.rarity(buckets, language), parameters.terms_a_post)


def weigh(words: list[str], buckets: NDArray[np.uint32], weights: NDArray[np.float32], most: int) -> Encoding:
    """Return the `most` telling words as a vector of length 1."""
    order = np.argsort(-weights, kind="stable")[:most]
    weights = weights[order].astype(np.float32)
    length = float(np.sqrt(np.dot(weights, weights)))
    if length > 0:
        weights = weights / np.float32(length)
    buckets = buckets[order]
    return Encoding(tuple(words[i] for i in order.tolist()), buckets, weights, simhash_of(buckets, weights))


def simhash_of(buckets: NDArray[np.uint32], weights: NDArray[np.float32]) -> int:
    """Return 64 bits that are alike where texts are alike, as a signed number. Ref: Charikar 2002."""
    if len(buckets) == 0:
        return 0
    mixed = (buckets.astype(np.uint64) + np.uint64(1)) * _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(32)
    signs = ((mixed[:, None] >> _BITS) & np.uint64(1)).astype(np.float32) * 2 - 1
    bits = (weights @ signs) > 0
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little", signed=True)


def distance(one: int, other: int) -> int:
    """Return in how many bits two simhashes differ."""
    return ((one ^ other) & 0xFFFFFFFFFFFFFFFF).bit_count()


def likeness(one: Encoding, other: Encoding) -> float:
    """Return the cosine of two texts."""
    _, mine, theirs = np.intersect1d(one.buckets, other.buckets, return_indices=True)
    return float(np.dot(one.weights[mine], other.weights[theirs]))
