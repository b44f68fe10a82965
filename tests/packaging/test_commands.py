"""The command line: each command helps with an example, and bad input is one line and status 2."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click
import pytest

from fedconnect.cli import main
from support.processes import command, environment


def run(folder: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    env = environment(folder / "data", 8000, **changes)
    return subprocess.run(command(*words), env=env, capture_output=True, text=True, timeout=60, check=False)


def every_command(
    group: click.Group, before: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            found += every_command(one, (*before, name))
        elif not one.hidden:
            found.append(((*before, name), one))
    return found


@pytest.mark.parametrize("words", [words for words, _ in every_command(main)], ids=" ".join)
def test_every_command_helps_with_an_example(words: tuple[str, ...]) -> None:
    (found,) = [one for name, one in every_command(main) if name == words]
    assert "Example: " in (found.help or "")


def test_a_board_is_created_with_its_welcome_and_only_once(tmp_path: Path) -> None:
    done = run(tmp_path, "board", "create", "respite", "--name", "Respite", "--summary", "Short breaks")
    assert done.returncode == 0, done.stderr
    assert "@respite@127.0.0.1:8000" in done.stdout
    again = run(tmp_path, "board", "create", "respite", "--name", "Respite")
    assert (again.returncode, "already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("slug", "name", "words"),
    [("Respite!", "x", "cannot be a slug"), ("x" * 25, "x", "cannot be a slug"), ("actor", "x", "reserved"),
     ("care_quiet", "x", "reserved"), ("ok", " ", "needs a name")],
)  # fmt: skip
def test_a_board_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, slug: str, name: str, words: str
) -> None:
    done = run(tmp_path, "board", "create", slug, "--name", name)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_moderator_who_cannot_be_found_is_said_plainly(tmp_path: Path) -> None:
    run(tmp_path, "board", "create", "respite", "--name", "Respite")
    for handle, words in (("nonsense", "no handle"), ("@ana@127.0.0.1", "could not be reached")):
        done = run(tmp_path, "moderator", "add", "respite", handle)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def test_check_explains_every_setting_and_finds_what_is_wrong(tmp_path: Path) -> None:
    from fedconnect.foundation.settings import SETTINGS

    done = run(tmp_path, "check")
    assert done.returncode == 0, done.stderr
    for setting in SETTINGS:
        assert setting.variable in done.stdout
        assert setting.meaning in done.stdout
    assert str(tmp_path / "data") in done.stdout
    assert run(tmp_path, "check", FEDCONNECT_WORKERS="many").returncode == 2
    assert not (tmp_path / "data" / "fedconnect.db").exists()


def test_migrate_twice_changes_nothing(tmp_path: Path) -> None:
    assert "brought up to date" in run(tmp_path, "migrate").stdout
    assert "is up to date" in run(tmp_path, "migrate").stdout
