"""Where people find help at once, by country, as data with its source and date; an admin's own file goes first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from fedconnect.foundation.errors import InvalidSettings

_SHIPPED = Path(__file__).with_name("help_lines.toml")


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


def list_help() -> list[Help]:
    """Return the help of every country that this installation serves, in its order; an empty one where we know
    nothing of it."""
    return [_known.get(country, Help(country, (), "", "", None)) for country in _countries]


def as_html() -> str:
    """Return the help as safe HTML for a private note: a short list, or whom to ask."""
    items = [
        f'<li>{escape(line.name)}: {escape(line.phone)} (<a href="{escape(line.url)}">{escape(line.url)}</a>)</li>'
        for one in list_help()
        for line in one.lines[:3]
    ]
    if not items:
        return "<p>For help at once, call the emergency number of your country, or ask whoever runs this forum.</p>"
    return f"<p>Here is somebody to talk to at once:</p><ul>{''.join(items[:8])}</ul>"


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
