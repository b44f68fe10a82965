"""Where help is at once, as a board's letters say it: safe HTML, in the language of the letter."""

from __future__ import annotations

from html import escape

from babel import Locale

from fedconnect.models.board import Board
from fedconnect.moderation import help_lines
from fedconnect.moderation.help_lines import Help
from fedconnect.moderation.wording import say_in

_MOST_COUNTRIES = 6
_LINES_A_COUNTRY = 3


def help_paragraph(board: Board, language: str = "") -> str:
    """Return the help-lines of the board's country, else of the countries in which its language (or `language`, that of
    whoever is written to) is spoken, each with its source and its day; or whom to call where we know none."""
    language = language or board.language
    region = help_lines.region_of_zone(board.zone)
    found = help_lines.list_help([region] if region else (), [] if region else [language])
    if not any(one.lines for one in found):
        found = help_lines.list_help(languages=[language])
    known = [one for one in found if one.lines][:_MOST_COUNTRIES]
    if not known:
        return say_in(language, "help_none", board=board.name)
    return say_in(language, "help", board=board.name) + "".join(
        _country(one, language, is_named=len(known) > 1) for one in known
    )


def _country(found: Help, language: str, *, is_named: bool) -> str:
    items = [
        f'<li>{escape(line.name)}: {escape(line.phone)} (<a href="{escape(line.url)}">{escape(line.url)}</a>)</li>'
        for line in found.lines[:_LINES_A_COUNTRY]
    ]
    if found.emergency:
        words = say_in(language, "help_emergency", number=found.emergency)
        items.append(f"<li>{words.removeprefix('<p>').removesuffix('</p>')}</li>")
    name = f"<p>{escape(_name_of(found.country, language))}</p>" if is_named else ""
    source = (
        say_in(language, "help_source", link=found.source, day=f"{found.on:%Y-%m-%d}") if found.on else ""
    )
    return f"{name}<ul>{''.join(items)}</ul>{source}"


def _name_of(country: str, language: str) -> str:
    return str(Locale.parse(language[:2]).territories.get(country, country))
