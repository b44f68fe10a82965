"""How bad something sounds, by its words: it sorts the list of moderators and decides nothing else."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from fedconnect.models.case import Severity
from fedconnect.moderation.cases.danger_patterns import danger_patterns
from fedconnect.moderation.danger.classifier import sounds_like_danger

_PHRASES = Path(__file__).with_name("alarm_words.toml")
_MOST_CHARS = 20_000


def severity_of(text: str) -> Severity:
    """Return the worst that any phrase in a text speaks of; or danger where a sentence is built like those of danger, or
    the classifier takes it for one; ROUTINE where there is none of it."""
    plain = " ".join(text[:_MOST_CHARS].replace("’", "'").casefold().split())
    danger, hurt = _phrases()
    if danger.search(plain) or danger_patterns().match(text[:_MOST_CHARS]) or sounds_like_danger(text):
        return Severity.DANGER
    return Severity.HURT if hurt.search(plain) else Severity.ROUTINE


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the phrases of danger and those of hurt."""
    lists = tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
    danger, hurt = (
        _any_of([phrase for phrases in lists[name].values() for phrase in phrases])
        for name in ("danger", "hurt")
    )
    return danger, hurt


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    """Return one pattern for whole phrases; each alternative is literal, so that it is linear in the text."""
    parts = sorted({re.escape(phrase.casefold()).replace(r"\*", r"\w*") for phrase in phrases})
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
