"""The process tree of `fedconnect up`: who is started, who again and when, and what is left of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.exceptions import ConnectionError as NoValkey

from fedconnect import up
from fedconnect.foundation import crash_loops
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings
from fedconnect.up import _Child, _Stop
from support.forum import settings_for


class Machine:
    """A clock that only moves when somebody waits, and processes that are only told of."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.until = self.now
        self.started: list[tuple[float, str]] = []
        self.at: dict[float, Callable[[], object]] = {}
        self.cannot_start: set[str] = set()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for moment in [one for one in self.at if one <= self.now]:
            self.at.pop(moment)()
        if self.now > self.until:
            raise _Stop

    def start(self, name: str, command: list[str], *, niceness: int = 0) -> _Child:
        self.started.append((self.now, name))
        if name in self.cannot_start:
            raise BlockingIOError("no processes left")
        return _Child(name, command, Process(), niceness, begun=self.now)


class Process:
    """A process that ends when the test says so; it notes who asked it to end."""

    def __init__(self, status: int | None = None, ended: list[str] | None = None, name: str = "") -> None:
        self.returncode, self.ended, self.name, self.pid = status, ended, name, -1

    def poll(self) -> int | None:
        return self.returncode

    def terminate(self) -> None:
        if self.ended is not None:
            self.ended.append(f"{self.name} is asked")
        self.returncode = -15

    def wait(self, timeout: float | None = None) -> int:
        if self.ended is not None:
            self.ended.append(f"{self.name} is waited for")
        return self.returncode or 0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(up, "time", SimpleNamespace(monotonic=made.monotonic, sleep=made.sleep))
    monkeypatch.setattr(up, "_start", made.start)
    return made


@pytest.fixture
def ours(tmp_path: Path) -> Settings:
    """Settings that look at a folder which is not made yet."""
    return settings_for(tmp_path / "data")


def a_child(name: str = "worker 1", *, begun: float = 0.0, status: int | None = None) -> _Child:
    return _Child(name, ["work"], Process(status), begun=begun)  # type: ignore[arg-type]


def watch(machine: Machine, *children: _Child, for_s: float = 2.0) -> list[list[str]]:
    """Watch over children for a while; return who was said to keep ending, each time that this changed."""
    said: list[list[str]] = []
    machine.until = machine.now + for_s
    with pytest.raises(_Stop):
        up._watch(list(children), said.append)
    return said


# How long somebody waits who ended


def test_what_ran_for_a_while_is_wanted_back_at_once_however_often_it_is_killed() -> None:
    child = a_child(begun=0)
    for end in (5.0, 10.0, 15.0, 20.0, 25.0):
        child.begun = end - 5.0
        child.note_end(end)
        assert child.due_at == end + 0.5
    assert not child.failed_starts


def test_each_start_that_does_not_last_doubles_the_wait_and_a_minute_is_the_most() -> None:
    child, waits = a_child(), []
    for end in range(100, 109):
        child.begun = end - 4.99
        child.note_end(end)
        waits.append(child.due_at - end if child.due_at else None)
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_starts_that_failed_five_minutes_ago_are_forgiven() -> None:
    child = a_child(begun=100)
    child.note_end(100)
    child.note_end(101)
    assert [child.wait_s(one) for one in (399.9, 400, 401, 9999)] == [1, 0.5, 0.5, 0.5]


def test_whoever_ended_three_times_within_five_minutes_keeps_ending() -> None:
    child = a_child()
    child.note_end(100)
    child.note_end(200)
    assert not child.keeps_ending(200)
    child.note_end(399)
    assert child.keeps_ending(399.9)
    assert not child.keeps_ending(400), "the first is forgiven"


def test_a_child_that_ends_for_hours_is_remembered_in_little_room() -> None:
    child = a_child()
    for end in range(1000):
        child.begun = end
        child.note_end(end)
    assert len(child.ends) == len(child.failed_starts) == 20
    assert child.wait_s(1000) == 60


# Watching


def test_whoever_runs_is_left_alone(machine: Machine) -> None:
    assert watch(machine, a_child("web"), a_child("worker 1"), for_s=400) == []
    assert machine.started == []


def test_whoever_ended_is_started_again_after_its_wait_and_nobody_else(machine: Machine) -> None:
    web, worker = a_child("web"), a_child("worker 1", status=1)
    watch(machine, web, worker, for_s=30)
    assert [(round(when - 1000, 1), who) for when, who in machine.started] == [(0.8, "worker 1")]
    assert (web.process.poll(), worker.process.poll(), worker.due_at) == (None, None, None)
    assert worker.begun == machine.started[0][0]


def test_one_that_waits_for_its_turn_keeps_nobody_from_theirs(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    slow, quick = a_child("slow"), a_child("quick", status=0)
    slow.due_at = machine.now + 60
    watch(machine, slow, quick, for_s=10)
    assert [who for _, who in machine.started] == ["quick"]
    assert capsys.readouterr().err == "quick ended with status 0; starting it again in 0.5 s\n"


def test_whoever_is_due_is_started_at_that_very_moment(machine: Machine) -> None:
    child = a_child(status=1)
    child.due_at = moment = machine.now + 0.2
    watch(machine, child)
    assert machine.started == [(moment, "worker 1")]


def test_a_demo_that_has_told_everything_is_done_with(machine: Machine) -> None:
    children = [a_child("demo", status=0), a_child("web")]
    machine.until = machine.now + 10
    with pytest.raises(_Stop):
        up._watch(children, lambda _: None)
    assert machine.started == []
    assert [one.name for one in children] == ["web"]


def test_a_demo_that_failed_is_started_again_and_so_is_another_that_is_done(machine: Machine) -> None:
    watch(machine, a_child("demo", status=1), a_child("delivery", status=0), for_s=3)
    assert sorted(who for _, who in machine.started) == ["delivery", "demo"]


def test_who_keeps_ending_is_said_once_and_taken_back_when_it_stays(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    child = a_child("worker 1", begun=machine.now, status=1)

    def start_and_end(name: str, command: list[str], *, niceness: int = 0) -> _Child:
        made = machine.start(name, command, niceness=niceness)
        if len(machine.started) < 4:
            made.process.returncode = 1
        return made

    monkeypatch.setattr(up, "_start", start_and_end)
    said = watch(machine, child, for_s=320)
    assert said == [["worker 1"], []]
    assert capsys.readouterr().err.count("worker 1 keeps ending") == 1


def test_each_who_begins_to_keep_ending_is_named_beside_those_before(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = a_child("one"), a_child("two")
    one.ends.extend([machine.now] * 3)
    machine.at[machine.now + 1] = lambda: two.ends.extend([machine.now] * 3)
    assert watch(machine, one, two) == [["one"], ["one", "two"]]
    words = capsys.readouterr().err
    assert [words.count(f"{name} keeps ending") for name in ("one", "two")] == [1, 1]


def test_what_cannot_be_started_is_tried_again_and_the_tree_goes_on(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.cannot_start.add("worker 1")
    machine.at[machine.now + 3] = machine.cannot_start.clear
    child = a_child("worker 1", status=1)
    said = watch(machine, child, for_s=20)
    assert len(machine.started) >= 3
    assert "worker 1 could not be started: no processes left" in capsys.readouterr().err
    assert child.process.poll() is None
    assert said == [["worker 1"]], "who cannot be started is told of like who ends"


def test_a_child_starts_again_as_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def start(name: str, command: list[str], *, niceness: int = 0) -> _Child:
        asked.append((name, command, niceness))
        return a_child()

    monkeypatch.setattr(up, "_start", start)
    child = _Child("delivery", ["worker", "--queue", "delivery"], Process(1), 5, begun=0)  # type: ignore[arg-type]
    child.due_at = 7.0
    up._start_again(child, 9.0)
    assert asked == [("delivery", ["worker", "--queue", "delivery"], 5)]
    assert (child.begun, child.due_at) == (9.0, None)


def test_nobody_who_looks_is_no_reason_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise ValueError("I/O operation on closed file")

    monkeypatch.setattr(sys, "stderr", Closed())
    up._say("worker 1 ended")


# Who may begin


def test_two_never_write_to_one_data_folder(ours: Settings) -> None:
    with up.sole_owner(ours):
        for attempt in (up.sole_owner(ours).__enter__, lambda: up.check_unused(ours)):
            with pytest.raises(InvalidSettings, match=r"another `fedconnect up` runs on .*data"):
                attempt()
    up.check_unused(ours)
    with up.sole_owner(ours):
        pass


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    with up.sole_owner(settings_for(tmp_path / "srv" / "forum")):
        assert (tmp_path / "srv" / "forum").is_dir()


def test_a_folder_is_free_again_after_a_failure(ours: Settings) -> None:
    with pytest.raises(ZeroDivisionError), up.sole_owner(ours):
        _ = 1 / 0
    up.check_unused(ours)


def test_to_look_whether_a_folder_is_in_use_makes_nothing(ours: Settings) -> None:
    up.check_unused(ours)
    assert not ours.data_dir.exists()
    ours.data_dir.mkdir()
    up.check_unused(ours)
    assert list(ours.data_dir.iterdir()) == []


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InvalidSettings, match=r"Address already in use.*choose another port") as error:
            up.check_port(settings_for(tmp_path, FEDCONNECT_BIND=bind))
        assert error.value.problems[0].startswith(f"FEDCONNECT_BIND: cannot listen on {bind} ")
    up.check_port(settings_for(tmp_path, FEDCONNECT_BIND=bind))


def test_an_address_of_another_machine_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"cannot listen on 192\.0\.2\.1:8000"):
        up.check_port(settings_for(tmp_path, FEDCONNECT_BIND="192.0.2.1:8000"))


def test_a_port_whose_last_connections_are_just_over_can_be_had(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # whoever closes first keeps the connection for a while
    up.check_port(settings_for(tmp_path, FEDCONNECT_BIND=f"127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("bind", "family", "address"),
    [
        ("127.0.0.1:80", socket.AF_INET, ("127.0.0.1", 80)),
        ("[::1]:8000", socket.AF_INET6, ("::1", 8000)),
        ("[::]:8001", socket.AF_INET6, ("::", 8001)),
    ],
)
def test_addresses_of_both_kinds_are_tried_as_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bind: str, family: int, address: tuple[str, int]
) -> None:
    tried: list[tuple[int, tuple[str, int]]] = []

    class Probe(socket.socket):
        def __init__(self, asked: int) -> None:
            super().__init__(socket.AF_INET)
            self.asked = asked

        def bind(self, address: Any) -> None:
            tried.append((self.asked, address))

    monkeypatch.setattr(socket, "socket", Probe)
    up.check_port(settings_for(tmp_path, FEDCONNECT_BIND=bind))
    assert tried == [(family, address)]


# The embedded Valkey


class Valkey:
    """The connection to a Valkey that refuses for a while."""

    def __init__(self, refuses: int) -> None:
        self.refuses, self.is_closed = refuses, False

    def ping(self) -> bool:
        self.refuses -= 1
        if self.refuses >= 0:
            raise NoValkey("refused")
        return True

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def valkey(machine: Machine, monkeypatch: pytest.MonkeyPatch, ours: Settings) -> Valkey:
    made = Valkey(3)
    machine.until = machine.now + 60
    ours.data_dir.mkdir()
    monkeypatch.setattr(up, "Redis", SimpleNamespace(from_url=lambda url: made))
    monkeypatch.setattr(up, "valkey_command", lambda settings: ["valkey-server"])
    return made


def test_valkey_is_waited_for_until_it_answers(machine: Machine, valkey: Valkey, ours: Settings) -> None:
    ours.valkey_socket.touch()
    child = up.start_valkey(ours)
    assert (child.name, child.command, valkey.refuses) == ("valkey", ["valkey-server"], -1)
    assert valkey.is_closed
    assert child.process.poll() is None
    assert not ours.valkey_socket.exists(), "what one that was killed has left is in its way"


def test_a_valkey_that_never_answers_is_ended_after_ten_seconds(
    machine: Machine, valkey: Valkey, ours: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey.refuses, begun = 10**6, machine.now
    stopped: list[str] = []
    monkeypatch.setattr(up, "_stop", lambda children: stopped.extend(one.name for one in children))
    with pytest.raises(InvalidSettings, match=r"does not start; see .*valkey"):
        up.start_valkey(ours)
    assert stopped == ["valkey"]
    assert 10 <= machine.now - begun < 11


def test_a_valkey_that_ended_is_not_waited_for(
    machine: Machine, valkey: Valkey, ours: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "_start", lambda name, command: a_child(name, status=1))
    begun = machine.now
    with pytest.raises(InvalidSettings):
        up.start_valkey(ours)
    assert machine.now - begun < 1


# The whole of it


@pytest.fixture
def tree(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What `run` does, in order, where nothing is started in earnest."""
    happened: list[str] = []

    def start(name: str, command: list[str], *, niceness: int = 0) -> _Child:
        happened.append(f"{name} ({niceness}): {' '.join(command[3:])}")
        return a_child(name)

    def fork_web(serve: Callable[[], None], again: list[str]) -> _Child:
        happened.append(f"web: {' '.join(again[3:])}")
        return a_child("web")

    def start_valkey(_: Settings) -> _Child:
        happened.append("valkey")
        return a_child("valkey")

    def stop(children: list[_Child]) -> None:
        assert all(signal.getsignal(one) is signal.SIG_IGN for one in signals), "nothing disturbs the end"
        happened.append(f"ends {', '.join(one.name for one in children)}")

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(one) for one in signals]
    for name, double in (("_start", start), ("_fork_web", fork_web), ("start_valkey", start_valkey)):
        monkeypatch.setattr(up, name, double)
    monkeypatch.setattr(up, "_wait_for_pages", lambda _: happened.append("pages answer"))
    monkeypatch.setattr(up, "_watch", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(up, "_stop", stop)
    yield happened
    for one, handler in zip(signals, before, strict=True):
        signal.signal(one, handler)


def test_pages_come_first_and_all_end_when_asked(
    tree: list[str], ours: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.data_dir.mkdir()
    ours.valkey_socket.touch()
    up.run(ours, lambda: None, extra={"demo": ["demo-people"]})
    assert tree == [
        "valkey",
        "web: web --graceful-seconds 3",
        "pages answer",
        "worker 1 (5): worker --queue general",
        "worker 2 (5): worker --queue general",
        "delivery (5): worker --queue delivery",
        "demo (5): demo-people",
        "ends valkey, web, worker 1, worker 2, delivery, demo",
    ]
    assert capsys.readouterr().out == "FedConnect is at https://forum.example (Ctrl-C ends it)\n"
    assert not ours.valkey_socket.exists()


def test_a_valkey_of_somebodys_own_is_neither_started_nor_cleared_away(
    tree: list[str], tmp_path: Path
) -> None:
    theirs = settings_for(tmp_path, FEDCONNECT_REDIS_URL="redis://127.0.0.1:1/0", FEDCONNECT_WORKERS="1")
    theirs.valkey_socket.touch()
    up.run(theirs, lambda: None)
    assert [line.partition(" (")[0].partition(":")[0] for line in tree] == [
        "web",
        "pages answer",
        "worker 1",
        "delivery",
        "ends web, worker 1, delivery",
    ]
    assert theirs.valkey_socket.exists()


def test_where_one_cannot_be_started_the_others_are_ended_and_it_is_said(
    tree: list[str], ours: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> _Child:
        raise BlockingIOError("no processes left")

    monkeypatch.setattr(up, "_start", fail)
    with pytest.raises(BlockingIOError):
        up.run(ours, lambda: None)
    assert tree[-1] == "ends valkey, web"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_that_asks_us_to_end_is_heard(
    tree: list[str], ours: Settings, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(up, "_watch", lambda *_: os.kill(os.getpid(), number))
    up.run(ours, lambda: None)
    assert tree[-1].startswith("ends ")


def test_who_keeps_ending_is_written_down_for_the_pages(
    tree: list[str], ours: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.data_dir.mkdir()
    crash_loops.write_failures(ours.data_dir, ["of the last time"])
    written: list[list[str]] = []

    def watch(children: list[_Child], say_failing: Callable[[list[str]], None]) -> None:
        written.append(crash_loops.read_failures(ours.data_dir))
        say_failing([children[1].name])
        written.append(crash_loops.read_failures(ours.data_dir))
        raise _Stop

    monkeypatch.setattr(up, "_watch", watch)
    up.run(ours, lambda: None)
    assert written == [[], ["web"]]
    assert crash_loops.read_failures(ours.data_dir) == []


def test_workers_wait_for_pages_no_longer_than_three_seconds(machine: Machine, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = settings_for(tmp_path, FEDCONNECT_BIND=f"127.0.0.1:{server.getsockname()[1]}")
        machine.until = begun = machine.now
        up._wait_for_pages(settings)
        assert machine.now == begun, "they answer"
    machine.until = begun + 60
    up._wait_for_pages(settings)
    assert 3 <= machine.now - begun < 3.2


# Children in earnest


def test_a_child_has_a_session_of_its_own_reads_nothing_and_stands_back() -> None:
    child = up._start("worker 1", ["sleep", "30"], niceness=3)
    pid = child.process.pid
    try:
        assert (os.getsid(pid), child.niceness) == (pid, 3)
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 3
        assert os.readlink(f"/proc/{pid}/fd/0") == os.devnull
    finally:
        up._stop([child])
    assert child.process.returncode == -signal.SIGTERM


def test_whoever_does_not_end_when_asked_is_killed_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(up, "_STOP_WITHIN_S", 0.2)
    script = "trap '' TERM; sleep 30 & echo begun; wait; wait"
    process = subprocess.Popen(
        ["sh", "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    up._stop([_Child("worker 1", [], process, begun=0)])  # type: ignore[arg-type]
    assert process.returncode == -signal.SIGKILL
    assert process.stdout.read() == "", "nobody holds it any more"
    process.stdout.close()


def test_all_are_asked_before_any_is_waited_for_and_valkey_is_the_last() -> None:
    ended: list[str] = []
    children = [
        _Child(name, [], Process(ended=ended, name=name), begun=0)  # type: ignore[arg-type]
        for name in ("valkey", "web", "delivery")
    ]
    up._stop(children)
    assert ended == [
        "web is asked",
        "delivery is asked",
        "web is waited for",
        "delivery is waited for",
        "valkey is asked",
        "valkey is waited for",
    ]


def test_the_pages_are_served_by_a_copy_that_shares_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[object] = []
    monkeypatch.setattr(
        up.database, "installed", lambda: SimpleNamespace(dispose=lambda: happened.append("let go"))
    )

    def fork(work: Callable[[], None]) -> Process:
        happened.append("forked")
        return Process()

    monkeypatch.setattr(up, "Forked", fork)
    child = up._fork_web(lambda: None, ["fedconnect", "web"])
    assert happened == ["let go", "forked"]
    assert (child.name, child.command) == ("web", ["fedconnect", "web"])
