"""One spelling of letters (Unicode normalisation), at a price that grows with the text and no faster.

Sorting the marks on one letter costs the square of their number; no script writes more than a few.
Ref: UAX #15 §13 (Stream-Safe Text Format), which allows thirty.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

import regex

_MOST_MARKS = 30
_MARKS = regex.compile(r"\p{M}++")


def normalize(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return a text in a normal form; of the marks on one letter, at most the first thirty stay."""
    if text.isascii():
        return text
    return unicodedata.normalize(form, _MARKS.sub(lambda marks: marks[0][:_MOST_MARKS], text))
