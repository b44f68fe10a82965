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
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError

from fedconnect.embedded_valkey import valkey_command
from fedconnect.forked import Forked, die_with_parent
from fedconnect.foundation import database
from fedconnect.foundation.crash_loops import clear_failures, write_failures
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings

_STOP_WITHIN_S = 3.5
_WINDOW_S = 300.0  # an end that is longer ago is forgiven
_KEEPS_ENDING = 3
_STAYED_S = 5.0  # what ran for so long was ended by something else than its start
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 60.0
_PAGES_FIRST_S = 3.0
_BEHIND_PAGES = 5  # somebody waits for a page; nobody watches a worker


@dataclass(slots=True)
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | Forked
    niceness: int = 0
    begun: float = field(default_factory=time.monotonic)
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    failed_starts: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    due_at: float | None = None

    def note_end(self, now: float) -> None:
        """Remember an end, and when to start again."""
        self.ends.append(now)
        if now - self.begun < _STAYED_S:
            self.failed_starts.append(now)
        self.due_at = now + self.wait_s(now)

    def wait_s(self, now: float) -> float:
        """Return how long to wait: twice as long for each start within five minutes that did not last, a minute at most.
        Whatever ran for a while and was killed is wanted back at once, however often that happens.
        """
        return float(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** max(0, _recent(self.failed_starts, now) - 1)))

    def keeps_ending(self, now: float) -> bool:
        """Whether it ended several times lately."""
        return _recent(self.ends, now) >= _KEEPS_ENDING


def _recent(ends: Iterable[float], now: float) -> int:
    return sum(now - one < _WINDOW_S for one in ends)


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


def run(
    settings: Settings,
    serve: Callable[[], None],
    *,
    extra: dict[str, list[str]] | None = None,
    demo: bool = False,
) -> None:
    """Start everything, watch over it, and end it all when asked.

    `serve` is what the web processes do; it is called in a child. `demo`: every child lives in the demo's time.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    children: list[_Child] = []
    clear_failures(settings.data_dir)
    try:
        if settings.redis_url is None:
            children.append(start_valkey(settings))
        ourselves = [sys.executable, "-m", "fedconnect.cli", *(["--demo"] if demo else [])]
        children.append(_fork_web(serve, [*ourselves, "web", "--graceful-seconds", "3"]))
        _wait_for_pages(settings)
        general = {f"worker {n + 1}": ["worker", "--queue", "general"] for n in range(settings.workers)}
        background = general | {"delivery": ["worker", "--queue", "delivery"]} | (extra or {})
        children += [
            _start(name, [*ourselves, *command], niceness=_BEHIND_PAGES)
            for name, command in background.items()
        ]
        with suppress(OSError, ValueError):
            print(f"FedConnect is at {settings.base_url} (Ctrl-C ends it)", flush=True)  # noqa: T201
        _watch(children, partial(write_failures, settings.data_dir))
    except _Stop:
        pass
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _stop(children)
        clear_failures(settings.data_dir)
        if settings.redis_url is None:
            settings.valkey_socket.unlink(missing_ok=True)


def _wait_for_pages(settings: Settings) -> None:
    """Let the web processes have the machine until they listen: somebody waits for a page, nobody watches a worker."""
    host, _, port = settings.bind.rpartition(":")
    until = time.monotonic() + _PAGES_FIRST_S
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), timeout=0.2):
            return
        time.sleep(0.05)


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _watch(children: list[_Child], say_failing: Callable[[list[str]], None]) -> None:
    """Start each child again that ended by itself, for ever; one that keeps ending waits longer, the others never."""
    failing: list[str] = []
    while True:
        time.sleep(0.2)
        now = time.monotonic()
        for child in list(children):
            if child.due_at is not None:
                if now >= child.due_at:
                    _start_again(child, now)
                continue
            status = child.process.poll()
            if status is None:
                continue
            if child.name == "demo" and status == 0:
                children.remove(child)
                continue
            child.note_end(now)
            _say(f"{child.name} ended with status {status}; starting it again in {child.wait_s(now):.1f} s")
        found = [child.name for child in children if child.keeps_ending(now)]
        if found != failing:
            for name in found:
                if name not in failing:
                    _say(
                        f"{name} keeps ending; the others go on, and it is tried again at least once a minute"
                    )
            failing = found
            say_failing(failing)


def _start_again(child: _Child, now: float) -> None:
    child.due_at = None
    try:
        child.begun = now
        child.process = _start(child.name, child.command, niceness=child.niceness).process
    except (OSError, subprocess.SubprocessError) as error:  # no memory, no processes left
        child.note_end(now)
        _say(f"{child.name} could not be started: {error}")


def _say(text: str) -> None:
    """Say something where somebody may look; nobody may be looking any more."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


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
