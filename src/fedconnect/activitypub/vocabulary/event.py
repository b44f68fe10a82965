"""When and where an event is, as Mobilizon, Gancio, WordPress and others say it. Ref: FEP-8a8e."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fedconnect.activitypub.vocabulary.properties import Document, listed, string, text_in_language, uri

_MAX_PLACES = 5
_YEARS = range(1970, 2201)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}")
_ADDRESS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


@dataclass(frozen=True, slots=True)
class EventTime:
    """A moment as its author wrote it: in its own zone, where one is said. `is_day`: no time of day was said."""

    at: datetime
    is_day: bool


@dataclass(frozen=True, slots=True)
class EventPlace:
    """A place: what it is called and where it is, in words; `url` where it is on the web."""

    words: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class EventFacts:
    """When and where; `status` is CANCELLED or TENTATIVE where its author says so."""

    starts: EventTime | None
    ends: EventTime | None
    places: tuple[EventPlace, ...]
    status: str


def event_of(document: Document) -> EventFacts:
    """Read the facts of an Event; what cannot be read is left out."""
    zone = string(document.get("timezone"))
    status = string(document.get("eventStatus") or document.get("ical:status") or document.get("status"))
    places = (_place(one) for one in listed(document.get("location"))[:_MAX_PLACES])
    short = next((word for word in ("CANCELLED", "TENTATIVE") if status.upper().endswith(word)), "")
    return EventFacts(
        _moment(document.get("startTime"), zone),
        _moment(document.get("endTime"), zone),
        tuple(place for place in places if place.words or place.url),
        short,
    )


def _moment(value: Any, zone: str) -> EventTime | None:
    """Return a moment in the zone of the event, else in the one that it was written in."""
    text = string(value)
    try:
        at = datetime.fromisoformat(text) if len(text) <= 64 else None
    except ValueError:
        return None
    if at is None or at.year not in _YEARS:
        return None
    if at.tzinfo is not None and _ZONE.fullmatch(zone):
        with suppress(ValueError, KeyError, OSError):  # no such zone
            at = at.astimezone(ZoneInfo(zone))
    return EventTime(at, len(text) <= 10)


def _place(value: Any) -> EventPlace:
    if isinstance(value, str):
        where = uri(value)
        return EventPlace((), where) if where else EventPlace(_words([value]), "")
    if not isinstance(value, dict):
        return EventPlace((), "")
    address = value.get("address")
    parts = [address.get(name) for name in _ADDRESS] if isinstance(address, dict) else listed(address)[:5]
    words = _words([text_in_language(value, "name")[0], *parts])
    words = words or _coordinates(value.get("latitude"), value.get("longitude"))
    return EventPlace(words, uri(value.get("url")) or uri(value.get("href")) or "")


def _coordinates(north: Any, east: Any) -> tuple[str, ...]:
    are_numbers = isinstance(north, int | float) and isinstance(east, int | float)
    return (f"{north:.5f}, {east:.5f}",) if are_numbers and abs(north) <= 90 and abs(east) <= 180 else ()


def _words(parts: list[Any]) -> tuple[str, ...]:
    """Return what says something, each once: an address often repeats the name of its place."""
    found = [string(part).strip()[:300] for part in parts]
    return tuple(
        one for place, one in enumerate(found) if one and not any(one in other for other in found[:place])
    )
