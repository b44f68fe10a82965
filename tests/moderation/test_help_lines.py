"""An admin's own help-lines: what cannot be shown is refused when it is read, not when somebody needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.moderation import help_lines

LINE = '{name = "Line", phone = "112", url = "https://help.example"}'


def read(folder: Path, line: str = LINE, facts: str = 'source = "s"\ndate = 2026-11-01') -> None:
    (folder / "help_lines.toml").write_text(f"[XX]\n{facts}\nlines = [{line}]\n")
    help_lines.configure(folder, ("XX",))


@pytest.fixture(autouse=True)
def ours(tmp_path: Path) -> object:
    help_lines.configure(tmp_path / "nowhere", ())
    yield
    help_lines.configure(tmp_path / "nowhere", ())


def test_an_admins_own_file_is_shown(tmp_path: Path) -> None:
    read(tmp_path)
    (found,) = help_lines.list_help()
    assert [(line.name, line.phone) for line in found.lines] == [("Line", "112")]


def test_what_is_set_counts_more_than_where_somebody_is(tmp_path: Path) -> None:
    read(tmp_path)
    assert [one.country for one in help_lines.list_help(["DE"], ["de"])] == ["XX"]


def test_without_a_setting_the_region_comes_first_and_then_where_the_language_is_spoken(ours: object) -> None:
    def countries(regions: list[str], languages: list[str]) -> list[str]:
        return [one.country for one in help_lines.list_help(regions, languages)]

    assert countries([], ["de"]) == ["DE", "AT", "CH"]
    assert countries(["AT"], ["de-AT"]) == ["AT", "DE", "CH"]
    assert countries(["nz"], ["es"]) == ["NZ", "ES"]
    assert countries(["XX", "?"], ["tlh", ""]) == [], "where nothing is known, nothing is said to be"


@pytest.mark.parametrize(
    ("zone", "region"),
    [("Europe/London", "GB"), ("Europe/Vienna", "AT"), ("America/New_York", "US"), ("UTC", ""), ("No/where", "")],
)  # fmt: skip
def test_the_country_of_a_board_is_that_of_its_zone(zone: str, region: str) -> None:
    assert help_lines.region_of_zone(zone) == region


def test_every_country_that_we_name_has_a_source_and_a_day(ours: object) -> None:
    found = help_lines.list_help(languages=["en", "de", "es", "fr", "nl"])
    assert len(found) >= 10
    for one in found:
        assert all((one.lines, one.emergency, one.on))
        assert one.source.startswith("https://")


@pytest.mark.parametrize(
    "line",
    [LINE.replace('"112"', "112"), LINE.replace('"Line"', "1"), LINE.replace('"https://help.example"', "[]"), LINE[:-1] + ", hours = 24}"],
)  # fmt: skip
def test_a_number_where_words_belong_is_refused_at_the_start(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidSettings):
        read(tmp_path, line)


@pytest.mark.parametrize("facts", ["source = 1\ndate = 2026-11-01", 'source = "s"\ndate = "yesterday"'])
def test_a_source_is_words_and_a_date_is_one(tmp_path: Path, facts: str) -> None:
    with pytest.raises(InvalidSettings):
        read(tmp_path, facts=facts)
