"""The real command as real processes, each ended with its whole tree."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen


def free_port() -> int:
    """Return a port that nobody listens on, with a free one above it."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    """Return an environment with settings for a forum at http://127.0.0.1:<port> and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDCONNECT_")}
    return {
        **inherited,
        "FEDCONNECT_BASE_URL": f"http://127.0.0.1:{port}",
        "FEDCONNECT_BIND": f"127.0.0.1:{port}",
        "FEDCONNECT_DATA_DIR": str(folder),
        "FEDCONNECT_LOG": "warning",
        **changes,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "fedconnect.cli", *words]


@contextmanager
def running(*words: str, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own; at the end the whole group is killed."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command(*words), env=dict(env), stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_tree(process)


def descendants(pid: int) -> list[int]:
    """Return the ids of a process's children and theirs."""
    found: list[int] = []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    for child in map(int, children):
        found += [child, *descendants(child)]
    return found


def is_running(pid: int) -> bool:
    """Whether a process lives (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of a process that we started, and of all below it."""
    for pid in [*descendants(process.pid), process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)


def wait_for(url: str, seconds: float = 30, status: int = 200) -> float:
    """Wait until a page answers; return how long it took, in seconds."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == status:
                    return time.monotonic() - begun
        except HTTPError as error:
            if error.code == status:
                return time.monotonic() - begun
        except (URLError, OSError):
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer {status} within {seconds} s")
