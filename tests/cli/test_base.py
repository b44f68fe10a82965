"""What every command shares: trouble that was foreseen is a line, and nothing is made before it is sure to work."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from fedconnect.activitypub import remote_actors, webfinger
from fedconnect.activitypub.webfinger import Account, Handle
from fedconnect.cli import base
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, InvalidSettings, Malformed, NotFound
from fedconnect.foundation.settings import Settings
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.site import Site
from fedconnect.site import known_address
from support.cli_unit import Shell, all_of, keep, the
from support.forum import BASE, settings_for
from support.unit import Unit, a_board


def said(capsys: pytest.CaptureFixture[str], error: BaseException, status: int = 2) -> list[str]:
    """What somebody reads when a command raises this; nothing of it is taken for its result."""

    @base.plainly
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == status
    out, err = capsys.readouterr()
    assert out == ""
    return str(err).splitlines()


def test_what_nobody_foresaw_is_no_line_for_people() -> None:
    for error in (ValueError("x"), KeyboardInterrupt(), RuntimeError("x")):
        with pytest.raises(type(error)):
            base.plainly(lambda error=error: (_ for _ in ()).throw(error))()


def test_a_command_that_works_gives_back_what_it_made() -> None:
    @base.plainly
    def command(one: int, *, two: int) -> tuple[int, int]:
        """Do it."""
        return one, two

    assert command(1, two=2) == (1, 2)
    assert (command.__name__, command.__doc__) == ("command", "Do it.")


def test_each_problem_of_settings_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, InvalidSettings(["A must be B", "C is no D"])) == [
        "fedconnect: A must be B",
        "fedconnect: C is no D",
    ]


def test_the_detail_of_a_failure_is_told_to_whoever_runs_the_forum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = Malformed("no list", safe="%(what)s cannot be read.", what="That")
    assert said(capsys, error) == ["fedconnect: That cannot be read. (no list)"]
    assert said(capsys, Malformed(safe="No.")) == ["fedconnect: No."]
    assert said(capsys, NotFound("no board 'x'")) == [
        "fedconnect: There is nothing at this address. (no board 'x')"
    ]


def test_of_a_database_that_cannot_be_used_the_reason_is_said_and_no_statement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cause = Exception("password authentication failed\nDETAIL: much more")
    (line,) = said(capsys, OperationalError("SELECT secret", {"token": "t"}, cause))
    assert line == "fedconnect: the database cannot be used: password authentication failed"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "x.csv"), "No such file or directory: x.csv"),
        (PermissionError(errno.EACCES, "Permission denied", "/etc/x"), "Permission denied: /etc/x"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError("nobody knows"), "nobody knows"),
        (OSError(errno.ENOSPC, "No space left on device", "/srv/forum/x"), "no space left in /srv/forum"),
    ],
)  # fmt: skip
def test_what_the_machine_refuses_is_said_with_the_file(
    capsys: pytest.CaptureFixture[str], error: OSError, line: str
) -> None:
    assert said(capsys, error) == [f"fedconnect: {line}"]


def test_a_disk_that_is_full_is_named_even_where_the_file_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = said(capsys, OSError(errno.ENOSPC, "No space left on device"))
    assert line == f"fedconnect: no space left in {Path.cwd().parent}"


def test_whoever_has_read_enough_is_told_of_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, BrokenPipeError(errno.EPIPE, "Broken pipe"), 0) == []


# Before a command works


@pytest.fixture
def steps(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that are taken, in order; the database is that of `unit`."""
    taken: list[str] = []

    def install(settings: Settings) -> Any:
        assert settings.data_dir.is_dir()
        taken.append("install")
        return database.installed()

    def migrate(settings: Settings, opened: Any) -> bool:
        assert opened is database.installed()
        taken.append("migrate")
        return True

    monkeypatch.setattr(base.wiring, "rehearse", lambda _: taken.append("rehearse"))
    monkeypatch.setattr(base.wiring, "install", install)
    monkeypatch.setattr("fedconnect.migrating.migrate", migrate)
    return taken


def test_a_data_folder_that_others_can_read_is_refused_before_anything_is_installed(
    steps: list[str], tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(InvalidSettings, match="chmod"):
        base.prepare(settings_for(tmp_path))
    assert steps == ["rehearse"]
    assert all_of(OwnActor) == []


def test_settings_that_lead_to_nothing_make_nothing(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Settings) -> None:
        raise InvalidSettings(["there is no such plugin"])

    monkeypatch.setattr(base.wiring, "rehearse", refuse)
    with pytest.raises(InvalidSettings):
        base.prepare(settings_for(tmp_path / "srv" / "data"))
    assert (steps, list(tmp_path.iterdir())) == ([], [])


def test_a_forum_is_made_with_its_folder_its_tables_and_a_key_each_time_the_same(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path / "srv" / "data")
    assert base.prepare(settings) is True
    assert steps == ["rehearse", "install", "migrate"]
    (key,) = [one for one in all_of(OwnActor) if one.name == "instance"]
    assert key.path == "/actor"
    monkeypatch.setattr("fedconnect.migrating.migrate", lambda *_: False)
    assert base.prepare(settings) is False, "nothing was to be done"
    assert [one.id for one in all_of(OwnActor) if one.name == "instance"] == [key.id]


def test_boards_that_were_made_at_another_address_are_not_taken_along(
    steps: list[str], tmp_path: Path
) -> None:
    keep(known_address.accept, "https://old.example")
    keep(a_board)
    with pytest.raises(InvalidSettings, match=r"made at https://old\.example"):
        base.prepare(settings_for(tmp_path / "srv" / "data"))
    assert all_of(OwnActor) == []
    assert the(Site).base_url == "https://old.example"


def test_an_address_is_remembered_with_the_first_start(steps: list[str], tmp_path: Path) -> None:
    base.prepare(settings_for(tmp_path / "srv" / "data"))
    assert the(Site).base_url == BASE


def test_what_a_command_makes_others_cannot_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    levels: list[str | None] = []
    monkeypatch.setattr(base, "configure_log", levels.append)
    before = os.umask(0o022)
    try:
        base.main.callback()  # type: ignore[misc]
        (tmp_path / "made").touch()
    finally:
        os.umask(before)
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
    assert levels == ["warning"]


@pytest.mark.parametrize(
    "words",
    [
        "blocklist export /",
        "blocklist import /",
        "blocklist leave x",
        "blocklist list",
        "board alias x x",
        "board archive x",
        "board create x --name x",
        "board edit x --name x",
        "board list",
        "board move x x",
        "board reopen x",
        "board settings x",
        "board sister add x x",
        "board sister remove x x",
        "instance list",
        "instance set x.example open --why x",
        "jobs list",
        "jobs retry plugins",
        "moderator add x x",
        "moderator remove x x",
        "site set name x",
        "site show",
        "surfacing curve /dev/null/x",
        "surfacing rematch",
    ],
)
def test_whatever_reads_the_database_brings_it_up_to_date_first(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def unprepared() -> Any:
        assert shell.prepared, "it is read before that"
        return opened

    opened = database.installed()
    monkeypatch.setattr(database, "installed", unprepared)
    shell.run(*words.split())
    assert len(shell.prepared) == 1


# Whom a handle names


def test_nobody_is_asked_about_what_is_no_handle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webfinger, "look_up", lambda _: pytest.fail("somebody was asked"))
    for text in ("", "ana", "https://home.example/@ana", "@ana@home.example@x", "@ana@home.example\n@x"):
        with pytest.raises(Malformed):
            base.look_up(text)


def test_whom_a_server_does_not_know_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: Handle) -> Account:
        raise FetchFailed("HTTP 404", response_status=404)

    monkeypatch.setattr(webfinger, "look_up", unknown)
    monkeypatch.setattr(remote_actors, "ensure_person", lambda _: pytest.fail("nobody was found"))
    with pytest.raises(FetchFailed):
        base.look_up("@ana@home.example")


def test_a_handle_names_whom_its_server_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def answer(handle: Handle) -> Account:
        asked.append(handle)
        return Account(handle, "https://elsewhere.example/users/7", {}, "https")

    monkeypatch.setattr(webfinger, "look_up", answer)
    monkeypatch.setattr(remote_actors, "ensure_person", lambda uri: asked.append(uri) or "Ana")
    assert base.look_up(" Ana@HOME.example ") == "Ana"
    assert asked == [Handle("Ana", "home.example"), "https://elsewhere.example/users/7"]
