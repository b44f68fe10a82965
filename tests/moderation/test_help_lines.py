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
    yield
    help_lines.configure(tmp_path / "nowhere", ())


def test_an_admins_own_file_is_shown(tmp_path: Path) -> None:
    read(tmp_path)
    assert "Line: 112" in help_lines.as_html()


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
