"""Where people find help at once, by country, as data with its source and date; an admin's own file goes first.

Without any setting the countries are those of a reader's languages (en-GB) or of a board's time zone, then those in which
the language is spoken.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.core import get_global

from fedconnect.foundation.errors import InvalidSettings

_SHIPPED = Path(__file__).with_name("help_lines.toml")
_SPOKEN_IN: Mapping[str, tuple[str, ...]] = {
    "en": ("GB", "IE", "US", "CA", "AU", "NZ"),
    "de": ("DE", "AT", "CH"),
    "es": ("ES",),
    "fr": ("FR", "CA", "CH"),
    "nl": ("NL",),
}


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One number or page that helps."""

    name: str
    phone: str
    url: str
    hours: str


@dataclass(frozen=True, slots=True)
class Help:
    """What a country offers; `source` is where to check it, `on` when it was written down."""

    country: str
    lines: tuple[HelpLine, ...]
    emergency: str
    source: str
    on: date | None


_known: dict[str, Help] = {}
_countries: tuple[str, ...] = ()


def configure(data_dir: Path, countries: tuple[str, ...]) -> None:
    """Say for which countries help is offered; an admin's help_lines.toml in the data folder replaces ours.

    Raises:
        InvalidSettings: the file cannot be read.
    """
    global _countries
    own = data_dir / "help_lines.toml"
    _known.clear()
    _known.update(_read(_SHIPPED))
    if own.exists():
        _known.update(_read(own))
    _countries = countries


def list_help(regions: Sequence[str] = (), languages: Sequence[str] = ()) -> list[Help]:
    """Return the help of the countries that this installation was set to serve, an empty one where we know nothing of one.

    Where it was not: of the `regions` (ISO 3166-1) of whoever reads, in their order, then of the countries in which the
    `languages` are spoken; regions of which we know nothing are left out, so that nothing is known where it is empty.
    """
    if _countries:
        return [_known.get(country, Help(country, (), "", "", None)) for country in _countries]
    spoken = [country for language in languages for country in _SPOKEN_IN.get(language[:2].lower(), ())]
    wanted = dict.fromkeys([*(one.upper() for one in regions), *spoken])
    return [_known[country] for country in wanted if country in _known]


def region_of_zone(zone: str) -> str:
    """Return the country of a time zone, as `Europe/Dublin` is Ireland's; empty where it has none, as UTC."""
    territory = get_global("zone_territories").get(zone, "")
    return territory if len(territory) == 2 and territory.isalpha() else ""


def _read(path: Path) -> Mapping[str, Help]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            country: Help(
                country,
                tuple(
                    HelpLine(
                        *(
                            _words(one)
                            for one in (line["name"], line["phone"], line["url"], line.get("hours", ""))
                        )
                    )
                    for line in facts.get("lines", ())
                ),
                str(facts.get("emergency", "")),
                _words(facts["source"]),
                _day(facts["date"]),
            )
            for country, facts in found.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidSettings(
            [
                f"{path} cannot be read: each country needs lines, source and date; all but dates stand in quotes"
            ]
        ) from error


def _words(value: object) -> str:
    """Return a value that is words, not the number that a telephone number without quotes is."""
    if not isinstance(value, str):
        raise TypeError("no words")
    return value


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError("no date")
    return value
