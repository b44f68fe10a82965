"""When and where an event is, in words of its own language, so that its page, its feed and a search all tell it."""

from __future__ import annotations

import html
from datetime import timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from fedconnect.activitypub.vocabulary import EventFacts, EventPlace, EventTime

_BRITISH = Locale("en", "GB")


def event_html(event: EventFacts, language: str) -> str:
    """Return a paragraph of HTML, not sanitised yet; empty where neither time nor place is known."""
    locale = _locale(language)
    lines = [event.status, *_when(event, locale), *(_where(place) for place in event.places)]
    shown = "<br>".join(line for line in lines if line)
    return f"<p>{shown}</p>" if shown else ""


def _when(event: EventFacts, locale: Locale) -> list[str]:
    starts, ends = event.starts, event.ends
    if starts is None:
        return [f"📅 … – {_moment(ends, locale)}{_zone(ends)}"] if ends is not None else []
    if ends is None:
        return [f"📅 {_moment(starts, locale)}{_zone(starts)}"]
    if starts.at.date() == ends.at.date() and not ends.is_day:
        until = format_time(ends.at, "short", tzinfo=ends.at.tzinfo, locale=locale)
    else:
        until = _moment(ends, locale)
    one = "" if _zone(starts) == _zone(ends) else _zone(starts)
    return [f"📅 {_moment(starts, locale)}{one} – {until}{_zone(ends)}"]


def _moment(time: EventTime, locale: Locale) -> str:
    day = format_date(time.at, "full", locale=locale)
    if time.is_day:
        return html.escape(day)
    return html.escape(f"{day}, {format_time(time.at, 'short', tzinfo=time.at.tzinfo, locale=locale)}")


def _zone(time: EventTime) -> str:
    offset = None if time.is_day else time.at.utcoffset()
    if offset is None:
        return ""
    minutes = offset // timedelta(minutes=1)
    sign, minutes = ("−" if minutes < 0 else "+"), abs(minutes)
    return f" (UTC{sign}{minutes // 60:02}:{minutes % 60:02})"


def _where(place: EventPlace) -> str:
    words = html.escape(", ".join(place.words) or place.url.partition("://")[2])
    return f'📍 <a href="{html.escape(place.url)}">{words}</a>' if place.url else f"📍 {words}"


def _locale(language: str) -> Locale:
    try:
        found = Locale.parse(language.replace("-", "_")) if language else _BRITISH
    except (UnknownLocaleError, ValueError, TypeError):
        return _BRITISH
    return _BRITISH if found.language == "en" and not found.territory else found
