"""The words of a text that can say what it is about."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from fedconnect.foundation import unicode_forms

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ADDRESS = re.compile(r"(?i:https?)://\S+|@[\w.-]+(?:@[\w.-]+)?")
_LONGEST = 40


@cache
def common_words() -> frozenset[str]:
    """Return words that say nothing about a topic in the languages that we know best."""
    text = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def tokenize(text: str) -> list[str]:
    """Return the words of a plain text in order, lower case, without addresses, numbers and common words.

    Chinese and Japanese are written without spaces: there, two neighbouring signs count as a word.
    """
    common = common_words()
    found: list[str] = []
    plain = unicode_forms.normalize("NFKC", text).replace("’", "'")
    if "@" in plain or "://" in plain:
        plain = _ADDRESS.sub(" ", plain)
    for word in _WORD.findall(plain.casefold()):
        word = word.removesuffix("'s")
        if word.isascii():
            if 1 < len(word) <= _LONGEST and word not in common and not word.isdigit():
                found.append(word)
        elif _HAN.search(word):
            found.extend(word[i : i + 2] for i in range(len(word) - 1))
        elif 1 < len(word) <= _LONGEST and word not in common and not word.isdigit():
            found.append(word)
    return found
