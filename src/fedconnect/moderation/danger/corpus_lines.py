"""The sentences that the classifier learns from: a line each, with choices in braces, in blocks with empty lines between.

`{my dad|the carer} {hits|hit} me` are four sentences in one line; `{|so }` may be left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """One line of the corpus; `block` numbers the lines that somebody wrote in one go about one thing."""

    text: str
    is_danger: bool
    block: int


def read_lines(language: str, folder: Path = CORPUS) -> list[CorpusLine]:
    """Return the corpus of a language."""
    return [
        CorpusLine(text, is_danger, block)
        for kind, is_danger in (("danger", True), ("safe", False))
        for block, text in _blocks(folder / f"{language}.{kind}.txt")
    ]


def _blocks(path: Path) -> Iterator[tuple[int, str]]:
    block = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield block, line.strip()
        else:
            block += 1


def expand(line: str, most: int, dice: random.Random) -> list[str]:
    """Return up to so many different sentences of a line, its first choices first."""
    found = [_CHOICE.sub(lambda choice: choice[1].split("|")[0], line)]
    if "{" in line:
        for _ in range(most * 3):
            found.append(_CHOICE.sub(lambda choice: dice.choice(choice[1].split("|")), line))
    return list(dict.fromkeys(" ".join(one.split()) for one in found))[:most]
