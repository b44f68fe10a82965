"""Where help is, as letters say it: of the board's country, in the language of the letter, with its source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from fedconnect.moderation import help_lines
from fedconnect.moderation.help_paragraph import help_paragraph
from support.unit import a_board


@pytest.fixture(autouse=True)
def ours(tmp_path: Path) -> Iterator[None]:
    help_lines.configure(tmp_path, ())
    yield
    help_lines.configure(tmp_path, ())


def test_a_board_whose_zone_is_in_a_country_names_that_country_alone(session: Session) -> None:
    words = help_paragraph(a_board(session, zone="Europe/Dublin"))
    assert "Samaritans Ireland" in words
    assert "In an emergency: 112" in words
    assert "988" not in words


def test_where_the_zone_tells_nothing_every_country_of_the_language_is_named(session: Session) -> None:
    words = help_paragraph(a_board(session, zone="UTC", language="de"))
    for part in ("Deutschland", "Österreich", "Schweiz", "0800 111 0 111", "142", "143", "Im Notfall: 112"):
        assert part in words


def test_where_nothing_is_known_of_the_country_the_language_of_the_letter_tells(session: Session) -> None:
    words = help_paragraph(a_board(session, zone="America/Lima", language="es"))
    assert "024" in words


def test_where_nothing_is_known_at_all_it_says_so(session: Session, tmp_path: Path) -> None:
    help_lines.configure(tmp_path, ("XX",))
    words = help_paragraph(a_board(session))
    assert "emergency number" in words
    assert "<li>" not in words


def test_each_country_has_its_source_and_day_and_nothing_in_a_file_is_markup(
    session: Session, tmp_path: Path
) -> None:
    line = '{name = "<b>", phone = "<i>", url = "https://help.example/?a&b"}'
    (tmp_path / "help_lines.toml").write_text(
        f'[XX]\nsource = "https://help.example/"\ndate = 2026-11-01\nlines = [{line}]\n'
    )
    help_lines.configure(tmp_path, ("XX",))
    words = help_paragraph(a_board(session))
    assert "&lt;b&gt;: &lt;i&gt;" in words
    assert "<b>" not in words
    assert "2026-11-01" in words
    assert 'href="https://help.example/"' in words
