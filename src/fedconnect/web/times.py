"""When something was said, in as few words as tell it: `5 min`, `3 h`, `yesterday 18:40`, `18 Nov`.

The clock is UTC's, which is all that a page without JavaScript can know; static/times.js writes the reader's own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_skeleton, format_time

from fedconnect.foundation import clock
from fedconnect.web.languages import gettext as _
from fedconnect.web.languages import locale, ngettext

#: As long as this it is told in hours; static/times.js has the same number.
HOURS = 12


def ago(when: datetime) -> str:
    """How long ago, within half a day; then the day, with its hour where that was today or yesterday. What is in the future is
    of this minute: clocks of other servers run ahead."""
    now = clock.now()
    age = max(now - when, timedelta())
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return _("%(num)s min") % {"num": max(minutes, 1)}
    if minutes < HOURS * 60:
        return _("%(num)s h") % {"num": minutes // 60}
    days = (now.date() - when.date()).days
    if days < 2:
        hour = format_time(when, "short", locale=locale())
        return (_("yesterday %(hour)s") if days else _("today %(hour)s")) % {"hour": hour}
    return format_skeleton("MMMd" if when.year == now.year else "yMMMd", when, locale=locale())


def waiting(when: datetime) -> str:
    """How long a post has waited: `waiting 3 h`, and from two days on `waiting 2 days`."""
    age = max(clock.now() - when, timedelta())
    if age < timedelta(hours=1):
        return _("just posted")
    if age < timedelta(days=2):
        return _("waiting %(num)s h") % {"num": int(age.total_seconds() // 3600)}
    return ngettext("waiting %(num)d day", "waiting %(num)d days", age.days) % {"num": age.days}
