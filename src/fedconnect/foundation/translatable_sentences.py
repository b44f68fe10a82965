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
        found = json.loads(kept)
        if _is_kept(found):
            sentence = Sentence(*found)
            str(sentence)  # words whose blanks are not these are no kept sentence either
            return sentence
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return Sentence(kept)


def _is_kept(found: object) -> bool:
    return (
        isinstance(found, list)
        and len(found) == 2
        and isinstance(found[0], str)
        and isinstance(found[1], dict)
        and all(isinstance(blank, Blank) for blank in found[1].values())
    )
