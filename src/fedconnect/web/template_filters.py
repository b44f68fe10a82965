"""Small words that templates need: dates as people write them, months, counts of answers."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime

from babel.dates import format_date
from flask import Flask

from fedconnect.foundation import clock, monogram
from fedconnect.foundation.errors import AddressRefused
from fedconnect.foundation.fetch import host_of
from fedconnect.foundation.link_display import honest_host
from fedconnect.foundation.translatable_sentences import from_row
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.actions.registry import ACTIONS, TYPES
from fedconnect.web.languages import gettext as _
from fedconnect.web.languages import locale, ngettext, say
from fedconnect.web.times import ago, waiting


def add_template_filters(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        ago=ago,
        waiting=waiting,
        day=day,
        moment=moment,
        month=month,
        answers=answers,
        iso=iso,
        host=host,
        date=date,
        country=country,
        told=told,
        decision_heading=decision_heading,
        action_label=action_label,
        initials=monogram.initials_of,
        tint=monogram.tint_of,
    )


def day(when: datetime) -> str:
    """`today`, `yesterday`, then `21 November 2026`, in the page's language and the reader's order."""
    days = (clock.now().date() - when.date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return format_date(when, "long", locale=locale())


def told(kept: str) -> str:
    """A sentence that a row keeps, in the page's language."""
    return say(from_row(kept))


def decision_heading(kind: DecisionKind) -> str:
    """What was decided, as the log's heading, in the page's language."""
    return say(TYPES[kind].done)


def action_label(name: str) -> str:
    """What stands on the button of an action, in the page's language."""
    return say(ACTIONS[name].label)


def moment(when: datetime) -> str:
    """`21 November 2026, 14:05 UTC`, in the page's language."""
    return f"{format_date(when, 'long', locale=locale())}, {when:%H:%M} UTC"


def date(when: Date) -> str:
    """`21 November 2026`, in the page's language."""
    return format_date(when, "long", locale=locale())


def country(code: str) -> str:
    """`Germany`, from `DE`, in the page's language; the code itself where it is none."""
    return str(locale().territories.get(code, code))


def month(when: datetime | str) -> str:
    """`November 2026`, from a moment or from `2026-11`, in the page's language."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when + "-01")
    return format_date(when, "LLLL yyyy", locale=locale())


def answers(count: int, is_answered: bool = False) -> str:
    """`no replies yet`, `1 reply`, `12 replies`, in the page's language; `answered` where only replies that do not name the
    board have come."""
    if count == 0:
        return _("answered") if is_answered else _("no replies yet")
    return ngettext("%(num)d reply", "%(num)d replies", count) % {"num": count}


def iso(when: datetime) -> str:
    """`2026-11-21T14:05:00Z`, for `<time>` and Atom."""
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def host(url: str) -> str:
    """`example.social`, as people may read it, from an address; the address itself where it has none."""
    try:
        return honest_host(host_of(url))
    except AddressRefused:
        return url
