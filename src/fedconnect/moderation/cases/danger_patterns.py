"""Sentences that say indirectly that somebody is not safe: words in their order, with others between, from a file.

A matcher of words, not of characters: each pattern is followed through a sentence once, with the places where it can stand
at a time, so that its cost is linear in the text whatever that holds.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("danger_patterns.toml")
_SENTENCE = re.compile(r"[.!?…;:\n\r()\"“”„«»]+")
_WORD = re.compile(r"[\w']+")
_GAP = 3  # words between, where a pattern does not say
_MOST_WORDS = 4000  # of a post are read


@dataclass(frozen=True, slots=True)
class _Step:
    """One place of a pattern: which words stand there, or how they begin, and how many others may stand before it."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    gap: int

    def takes(self, word: str) -> bool:
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


_Pattern = tuple[_Step, ...]


class DangerPatterns:
    """The patterns of every language, found by their first word."""

    def __init__(self, languages: Mapping[str, Mapping[str, object]]) -> None:
        self._by_word: defaultdict[str, list[_Pattern]] = defaultdict(list)
        self._by_beginning: list[tuple[tuple[str, ...], _Pattern]] = []
        for language in languages.values():
            classes, patterns = language["classes"], language["patterns"]
            assert isinstance(classes, dict)
            assert isinstance(patterns, list)
            for pattern in patterns:
                self._add(_read(pattern, classes))

    def _add(self, pattern: _Pattern) -> None:
        for word in pattern[0].words:
            self._by_word[word].append(pattern)
        if pattern[0].beginnings:
            self._by_beginning.append((pattern[0].beginnings, pattern))

    def match(self, text: str) -> bool:
        """Whether any sentence of a text holds one of the patterns."""
        left = _MOST_WORDS
        for sentence in _SENTENCE.split(text.replace("’", "'").casefold()):
            words = _WORD.findall(sentence)[:left]
            left -= len(words)
            if self._match_sentence(words):
                return True
        return False

    def _match_sentence(self, words: Sequence[str]) -> bool:
        return any(
            _follows(pattern[1:], words, place)
            for place, word in enumerate(words)
            for pattern in self._beginning_with(word)
        )

    def _beginning_with(self, word: str) -> Iterator[_Pattern]:
        yield from self._by_word.get(word, ())
        for beginnings, pattern in self._by_beginning:
            if word.startswith(beginnings):
                yield pattern


def _follows(steps: _Pattern, words: Sequence[str], place: int) -> bool:
    places = {place}
    for step in steps:
        reached = {
            further
            for one in places
            for further in range(one + 1, min(one + 2 + step.gap, len(words)))
            if step.takes(words[further])
        }
        if not reached:
            return False
        places = reached
    return True


def _read(pattern: str, classes: Mapping[str, str]) -> _Pattern:
    steps, gap = [], 0
    for part in pattern.split():
        if part.startswith("~"):
            gap = int(part[1:] or _GAP)
            continue
        words = [
            word for one in part.split("|") for word in (classes[one].split() if one.isupper() else [one])
        ]
        whole = frozenset(word for word in words if not word.endswith("*"))
        steps.append(_Step(whole, tuple(word[:-1] for word in words if word.endswith("*")), gap))
        gap = 0
    return tuple(steps)


@lru_cache(maxsize=1)
def danger_patterns() -> DangerPatterns:
    """Return the patterns of the file, read once."""
    return DangerPatterns(tomllib.loads(_FILE.read_text(encoding="utf-8")))
