"""The forum's identity from the command line: one part at a time, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.cli import site as command
from fedconnect.foundation import database
from fedconnect.models.site import Site
from fedconnect.site import known_address, pictures
from fedconnect.site.identity import get_site
from support.cli_unit import Shell, all_of, keep, the
from support.forum import BASE
from support.unit import a_board


def test_what_is_wrong_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    assert "colour" in shell.fails("site", "set", "accent", "red")
    assert "mail address" in shell.fails("site", "set", "contact", "ada")
    assert "no picture" in shell.fails("site", "set", "logo", __file__)
    (tmp_path / "large.png").write_bytes(b"x" * (pictures.MOST_UPLOADED + 1))
    assert "too large" in shell.fails("site", "set", "logo", str(tmp_path / "large.png"))
    assert shell.run("site", "set", "base_url", "https://evil.example").exit_code == 2
    assert all_of(Site) == []


def test_a_part_is_set_shown_and_emptied(shell: Shell) -> None:
    shell.does("site", "set", "name", "Corner")
    shell.does("site", "set", "terms", "-", typed="One\n\nTwo\nThree\nFour\n")
    assert get_site().name == "Corner"
    said = shell.does("site", "show")
    assert "name: Corner\n" in said
    assert "terms: One /  / Two … (19 characters)\n" in said
    assert "imprint: (empty)\n" in said
    shell.does("site", "set", "name", "")
    assert not get_site().is_named


def test_a_logo_is_made_anew_and_taken_away(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "remade", lambda raw: b"webp of " + raw)
    (tmp_path / "logo.png").write_bytes(b"it")
    shell.does("site", "set", "logo", str(tmp_path / "logo.png"))
    with database.read_transaction() as session:
        assert pictures.get_picture(session, the(Site).logo) == b"webp of it"
    assert "logo: set\n" in shell.does("site", "show")
    shell.does("site", "set", "logo", "")
    assert the(Site).logo == ""


def test_another_address_is_taken_over_only_when_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "bring_up", shell.prepared.append)
    assert shell.does("site", "address") == "None is remembered yet.\n"
    keep(known_address.accept, "https://old.example")
    keep(a_board)
    assert shell.does("site", "address") == "https://old.example\n"
    assert the(Site).base_url == "https://old.example"
    assert "before, it was at https://old.example" in shell.does("site", "address", "--accept")
    assert the(Site).base_url == BASE
