"""What people write to the letter, and what it answers. One line, one wish; names and quotation marks do not count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from fedconnect.activitypub import own_keys

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


def answer(person_uri: str, wish: Wish) -> str:
    """Return the answer to a message, as safe HTML: what holds now, and how to change it."""
    from . import subscribers  # noqa: PLC0415  they read wishes from here

    if wish.stops:
        return "<p>Done: you are forgotten here, and get no more letters. Thank you for having read them.</p>"
    known = subscribers.find(person_uri)
    if known is None:
        state = "You get no letter yet."
    elif known.pace is Pace.OFF:
        state = "You get no letter just now; your topics are kept."
    else:
        about = ", ".join(escape(topic) for topic in known.topics) or "whatever few have seen"
        often = "once a day" if known.pace is Pace.DAILY else "once a week"
        state = f"You get a letter {often}, about: {about}."
    page = own_keys.base_url() + "/letter/"
    return (
        f"<p>{state}</p><p>You can write to me in private, one wish a line:<br>topics respite, dementia<br>"
        "letter weekly (or daily, or off)<br>stop</p>"
        f'<p>A letter holds links only, and nobody learns that you get it: <a href="{page}">{page}</a></p>'
    )


def _topics(text: str) -> tuple[str, ...]:
    parts = re.split(r"[,/]|\band\b|\bund\b|\by\b", text)
    named = dict.fromkeys(part.strip(" #!?:").casefold()[:_LONGEST_TOPIC] for part in parts)
    return tuple(topic for topic in named if topic)[:MOST_TOPICS]
