"""Sees to it that no server outlives the test process that started it, even when that is killed with -9.

Everything that a test process starts inherits a mark in its environment, in whatever session or process group it goes
on. A small process of its own waits for the end of the test process, and then ends whatever bears the mark. Valkey
writes its title over its environment; it is started so that the kernel ends it with us.
"""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from fedconnect.forked import die_with_parent

MARK = "FORUM_TEST_RUN"  # not FEDCONNECT_…: those are settings, which tests leave out
_LONGEST_S = 10.0


def mark() -> dict[str, str]:
    """Return the mark, for a server that is started with an environment of its own."""
    return {MARK: os.environ[MARK]}


def dying_with_us() -> Callable[[], None]:
    """Return what lets a child end with this thread (prctl(2), PR_SET_PDEATHSIG); for `preexec_fn`."""
    parent = os.getpid()
    return lambda: die_with_parent(parent)


def bearing(run: str) -> list[int]:
    """Return the processes that bear the mark of a run, in the environment with which they were started."""
    wanted = f"{MARK}=".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended, or is somebody else's
        if any(one.startswith(wanted) and run.encode() in one for one in variables):
            found.append(int(entry.name))
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Mark this process and what it starts, and let somebody wait for its end."""
    run = secrets.token_hex(8)
    os.environ[MARK] = f"{os.environ.get(MARK, '')} {run}"  # a worker's servers are its own and its master's
    reads, writes = os.pipe()  # the end that writes is closed by whatever is executed, and by our death
    if os.fork() == 0:
        try:
            os.setsid()
            os.dup2(reads, 0)
            os.closerange(1, 4096)
            os.read(0, 1)
            _end_all(run)
        finally:
            os._exit(0)
    os.close(reads)
    config.stash[pytest.StashKey[int]()] = writes


def _end_all(run: str) -> None:
    until = time.monotonic() + _LONGEST_S
    while (left := bearing(run)) and time.monotonic() < until:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
