"""`fedconnect up`: one foreground process tree, with nothing left of it when it ends.

Children die with their parent (PR_SET_PDEATHSIG), also when it is killed; on Ctrl-C they have four
seconds to finish what they are at. Ref: prctl(2).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError

from fedconnect.forked import Forked, die_with_parent
from fedconnect.foundation import database
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings
from fedconnect.valkey import valkey_command

_STOP_WITHIN_S = 3.5
_MOST_RESTARTS = 5
_BEHIND_PAGES = 5  # somebody waits for a page; nobody watches a worker


@dataclass(slots=True)
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | Forked
    niceness: int = 0
    restarts: int = 0


class _Stop(Exception):
    """A signal asks us to end."""


def check_unused(settings: Settings) -> None:
    """Make sure that no other `fedconnect up` runs on these data, without making anything.

    Raises:
        InvalidSettings: one does.
    """
    if (settings.data_dir / "up.lock").exists():
        with sole_owner(settings):
            pass


@contextmanager
def sole_owner(settings: Settings) -> Iterator[None]:
    """Hold the data folder, so that two installations never write to it at once.

    Raises:
        InvalidSettings: another process holds it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InvalidSettings([f"another `fedconnect up` runs on {settings.data_dir}"]) from error
        yield


def check_port(settings: Settings) -> None:
    """Make sure that the web processes can listen.

    Raises:
        InvalidSettings: the port is taken, or the address is not this machine's.
    """
    host, _, port = settings.bind.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise InvalidSettings(
                [f"FEDCONNECT_BIND: cannot listen on {settings.bind} ({error.strerror}); choose another port"]
            ) from error


def start_valkey(settings: Settings) -> _Child:
    """Start the embedded Valkey and wait until it answers.

    Raises:
        InvalidSettings: it does not start.
    """
    settings.valkey_socket.unlink(missing_ok=True)
    child = _start("valkey", valkey_command(settings))
    connection = Redis.from_url(settings.queue_url)
    until = time.monotonic() + 10
    while time.monotonic() < until and child.process.poll() is None:
        try:
            if connection.ping():
                connection.close()
                return child
        except RedisError:
            time.sleep(0.02)
    _stop([child])
    raise InvalidSettings([f"the embedded Valkey does not start; see {settings.data_dir / 'valkey'}"])


def run(settings: Settings, serve: Callable[[], None], *, extra: dict[str, list[str]] | None = None) -> int:
    """Start everything, watch over it, and end it all when asked. Return the exit status.

    `serve` is what the web processes do; it is called in a child.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    children: list[_Child] = []
    try:
        if settings.redis_url is None:
            children.append(start_valkey(settings))
        ourselves = [sys.executable, "-m", "fedconnect.cli"]
        children.append(_fork_web(serve, [*ourselves, "web", "--graceful-seconds", "3"]))
        general = {f"worker {n + 1}": ["worker", "--queue", "general"] for n in range(settings.workers)}
        background = general | {"delivery": ["worker", "--queue", "delivery"]} | (extra or {})
        children += [
            _start(name, [*ourselves, *command], niceness=_BEHIND_PAGES)
            for name, command in background.items()
        ]
        print(f"FedConnect is at {settings.base_url} (Ctrl-C ends it)", flush=True)  # noqa: T201
        return _watch(children)
    except _Stop:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _stop(children)
        if settings.redis_url is None:
            settings.valkey_socket.unlink(missing_ok=True)


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _watch(children: list[_Child]) -> int:
    """Start a child again that ended by itself; give up when one keeps ending."""
    while True:
        time.sleep(0.5)
        for child in list(children):
            status = child.process.poll()
            if status is None:
                continue
            if child.name == "demo" and status == 0:
                children.remove(child)
                continue
            child.restarts += 1
            print(f"{child.name} ended with status {status}; starting it again", file=sys.stderr)  # noqa: T201
            if child.restarts > _MOST_RESTARTS:
                print(f"{child.name} keeps ending: stopping", file=sys.stderr)  # noqa: T201
                return 1
            time.sleep(min(child.restarts, 3))
            child.process = _start(child.name, child.command, niceness=child.niceness).process


def _fork_web(serve: Callable[[], None], again: list[str]) -> _Child:
    """Serve pages from a copy of this process, which has loaded most of the program: a second sooner. A child
    that ends is started `again` as a command."""
    database.installed().dispose()  # no connection may be shared
    return _Child("web", again, Forked(serve))


def _start(name: str, command: list[str], *, niceness: int = 0) -> _Child:
    parent = os.getpid()

    def before() -> None:
        os.nice(niceness)
        die_with_parent(parent)

    process = subprocess.Popen(  # noqa: S603  our own command
        command, preexec_fn=before, start_new_session=True, stdin=subprocess.DEVNULL
    )
    return _Child(name, command, process, niceness)


def _stop(children: list[_Child]) -> None:
    """End all but Valkey, then Valkey, which the others still talk to while they end."""
    until = time.monotonic() + _STOP_WITHIN_S
    for batch in ([c for c in children if c.name != "valkey"], [c for c in children if c.name == "valkey"]):
        for child in batch:
            child.process.terminate()
        for child in batch:
            try:
                child.process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child)


def _kill_group(child: _Child) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
