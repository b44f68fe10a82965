"""Sentences of ours that people read: kept as words with blanks, so that each page says them in its own language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

Blank = str | int


@dataclass(frozen=True, slots=True)
class Sentence:
    """English words, with `%(name)s` where a blank is; the catalogues know it by its words."""

    words: str
    blanks: Mapping[str, Blank] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.blanks if self.blanks else self.words


def to_row(sentence: Sentence) -> str:
    """Return a sentence as a row keeps it."""
    return json.dumps([sentence.words, dict(sentence.blanks)], ensure_ascii=False)


def from_row(kept: str) -> Sentence:
    """Return the sentence that a row keeps; text that is no kept sentence is one without blanks."""
    try:
        words, blanks = json.loads(kept)
    except ValueError:
        return Sentence(kept)
    return Sentence(words, blanks)
