"""When somebody listens: hours of their day, and their time zone, as people say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from fedconnect.foundation.errors import Malformed

_OFFSET = re.compile(r"(?:utc|gmt)\s?(?:([+−-])\s?(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of somebody's day, both included, in a time zone such as Europe/Berlin; empty: not told yet."""

    first: int
    last: int
    zone: str

    def hold(self, now: datetime) -> bool:
        """Whether it is one of these hours; from 22 to 6 goes over midnight. Without a zone nobody can tell, unless any
        hour will do."""
        if (self.last + 1 - self.first) % 24 == 0:
            return True
        if not self.zone:
            return False
        hour = now.astimezone(ZoneInfo(self.zone)).hour
        if self.first <= self.last:
            return self.first <= hour <= self.last
        return hour >= self.first or hour <= self.last


def read_hours(first: str, last: str, zone: str) -> Hours:
    """Read hours as a form sends them.

    Raises:
        Malformed: no hours of a day, or no time zone that we know.
    """
    hours = [int(text) for text in (first, last) if text.isascii() and text.isdigit() and len(text) <= 2]
    if len(hours) != 2 or max(hours) > 23 or zone not in available_timezones():
        raise Malformed(
            "hours", safe="Please choose two hours from 0 to 23 and a time zone such as Europe/Berlin."
        )
    return Hours(hours[0], hours[1], zone)


def find_zone(text: str) -> str | None:
    """Return the time zone that somebody names: Europe/Berlin, Berlin, New York, UTC+2; None for anything else."""
    plain = " ".join(text.casefold().strip(" .!").split())
    if not plain or len(plain) > 64:
        return None
    offset = _OFFSET.fullmatch(plain)
    if offset is not None:
        sign, hours = offset.groups()
        if hours is None or int(hours) == 0:
            return "UTC"
        # POSIX turns the sign around: Etc/GMT-2 is two hours east of Greenwich
        name = f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"
        return name if name in available_timezones() else None
    return _zones_by_name().get(plain)


@cache
def _zones_by_name() -> Mapping[str, str]:
    """Return each zone by its name and by its city, in small letters; where two share a city, neither."""
    named: dict[str, str] = {}
    cities: dict[str, set[str]] = {}
    for zone in available_timezones():
        area, _, city = zone.rpartition("/")
        named[zone.casefold()] = zone
        if area and not area.startswith(("Etc", "posix", "right", "SystemV")):
            cities.setdefault(city.casefold().replace("_", " "), set()).add(zone)
    for city, zones in cities.items():
        if len(zones) == 1:
            named.setdefault(city, next(iter(zones)))
    return named
