"""A text as the classifier sees it: windows of folded words, and numbers for what stands in each."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

SLOTS = 1 << 17  # a trait is the number of one of these
MOST_CHARS = 20_000
_LONGEST_WORD = 40
_FEWEST = 3  # one word or two say too little to be sure of anything
_WIDEST = 40  # words; somebody in distress may write without a full stop
_STEP = 20
_MOST_WINDOWS = 400
_ENDS = re.compile(r"\n|[.!?…;:](?=\s|$)|\s[-–—]\s")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LONG_DRAWN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> str:
    """Return a text without capitals, accents and letters that are long drawn (`sooo`), with one kind of apostrophe."""
    alone = "".join(
        sign for sign in text[:MOST_CHARS] if not unicodedata.combining(sign)
    )  # a heap of them is dear to sort
    plain = unicodedata.normalize("NFKD", alone.replace("’", "'").casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _LONG_DRAWN.sub(r"\1\1", bare)


def windows(text: str) -> Iterator[list[str]]:
    """Yield the words of each sentence of a text and of each two that follow one another; of a long one, of its parts."""
    before: list[str] = []
    given = 0
    for part in _ENDS.split(fold(text)):
        words = [word[:_LONGEST_WORD] for word in _WORD.findall(part)]
        if len(words) < _FEWEST:
            continue
        for start in range(0, max(1, len(words) - _STEP), _STEP):
            yield words[start : start + _WIDEST]
            given += 1
        if before and len(before) + len(words) <= _WIDEST:
            yield before + words
            given += 1
        if given > _MOST_WINDOWS:
            return
        before = words


def traits_of(words: Sequence[str]) -> list[int]:
    """Return the numbers of what stands in a window: its words, two and three of them, two around a third; and pieces of
    three to five letters of each. A number stands as often as its trait; order says nothing."""
    marked = ["^", *words, "$"]
    said = set(words)
    said.update(map(" ".join, itertools.pairwise(marked)))
    said.update(map(" ".join, zip(marked, marked[1:], marked[2:], strict=False)))
    said.update(f"{one} * {other}" for one, other in zip(marked, marked[2:], strict=False))
    found = [crc32(one.encode()) % SLOTS for one in said]
    for word in set(words):
        found += pieces_of(word)
    return found


@lru_cache(maxsize=20_000)
def pieces_of(word: str) -> tuple[int, ...]:
    """Return the numbers of a word's pieces."""
    whole = f"<{word}>"
    return tuple(
        crc32(f"#{whole[start : start + width]}".encode()) % SLOTS
        for width in (3, 4, 5)
        for start in range(len(whole) - width + 1)
    )
