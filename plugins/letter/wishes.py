"""What people write to the letter: one line, one wish; names and quotation marks do not count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MOST_TOPICS = 20
_LONGEST_TOPIC = 60
_NAMES = re.compile(r"@[\w.-]+(?:@[\w.:-]+)?")
_QUOTES = str.maketrans("", "", "\"“”„«»'’‘")
_WORDS = {
    "topics": {"topics", "topic", "themen", "thema", "temas", "tema"},
    "letter": {"letter", "brief", "carta"},
    "stop": {"stop", "stopp", "halt", "alto", "basta", "unsubscribe"},
}


class Pace(StrEnum):
    """How often somebody gets the letter."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


_PACES = {
    "daily": Pace.DAILY, "täglich": Pace.DAILY, "diaria": Pace.DAILY, "diario": Pace.DAILY,
    "weekly": Pace.WEEKLY, "wöchentlich": Pace.WEEKLY, "semanal": Pace.WEEKLY,
    "off": Pace.OFF, "aus": Pace.OFF, "no": Pace.OFF,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message asks for; nothing of it: help."""

    topics: tuple[str, ...] | None = None
    pace: Pace | None = None
    stops: bool = False


def read(text: str) -> Wish:
    """Return what a message asks for. “stop” outweighs everything else."""
    topics: tuple[str, ...] | None = None
    pace: Pace | None = None
    for line in re.split(r"[\n;.]+", _NAMES.sub(" ", text[:2000]).translate(_QUOTES)):
        first, _, rest = " ".join(line.split()).partition(" ")
        word = first.casefold().rstrip(":,!")
        if word in _WORDS["stop"]:
            return Wish(stops=True)
        if word in _WORDS["topics"]:
            topics = _topics(rest)
        elif word in _WORDS["letter"]:
            pace = _PACES.get(rest.casefold().strip(" !,"), pace)
    return Wish(topics, pace)


def _topics(text: str) -> tuple[str, ...]:
    parts = re.split(r"[,/]|\band\b|\bund\b|\by\b", text)
    named = dict.fromkeys(part.strip(" #!?:").casefold()[:_LONGEST_TOPIC] for part in parts)
    return tuple(topic for topic in named if topic)[:MOST_TOPICS]
