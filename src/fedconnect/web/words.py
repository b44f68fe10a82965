"""Small words that templates need: dates as people write them, months, counts of answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from fedconnect.foundation import clock, fetch
from fedconnect.foundation.errors import AddressRefused
from fedconnect.foundation.links import honest_host


def teach_words(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(day=day, moment=moment, month=month, answers=answers, iso=iso, host=host)


def day(when: datetime) -> str:
    """`today`, `yesterday`, `3 days ago`, then `21 November 2026`."""
    age = clock.now().date() - when.date()
    if age <= timedelta(0):
        return "today"
    if age == timedelta(days=1):
        return "yesterday"
    if age < timedelta(days=7):
        return f"{age.days} days ago"
    return f"{when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """`21 November 2026, 14:05 UTC`."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def month(when: datetime | str) -> str:
    """`November 2026`, from a moment or from `2026-11`."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when + "-01")
    return f"{when:%B %Y}"


def answers(count: int) -> str:
    """`no answer yet`, `1 answer`, `12 answers`."""
    return "no answer yet" if count == 0 else "1 answer" if count == 1 else f"{count} answers"


def iso(when: datetime) -> str:
    """`2026-11-21T14:05:00Z`, for `<time>` and Atom."""
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def host(url: str) -> str:
    """`example.social`, as people may read it, from an address; the address itself where it has none."""
    try:
        return honest_host(fetch.host_of(url))
    except AddressRefused:
        return url
