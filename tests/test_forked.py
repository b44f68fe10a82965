"""A forked child: it does one thing, leaves its parent's things alone, and says how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fedconnect.forked import Forked, die_with_parent


def forked(work: Callable[[], object]) -> Forked:
    """A child; where it does not end as it should, it runs no further test."""
    here = os.getpid()
    with plain_output():
        try:
            return Forked(lambda: work() and None)
        finally:
            if os.getpid() != here:
                os._exit(97)


@contextmanager
def plain_output() -> Iterator[None]:
    """The places 1 and 2, as in a command: what pytest puts in their place a child would close."""
    with (
        redirect_stdout(open(1, "w", closefd=False)),
        redirect_stderr(open(2, "w", closefd=False)),
    ):
        yield


def ended(work: Callable[[], object]) -> int:
    return forked(work).wait(timeout=5)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def sleep_long() -> None:
    time.sleep(30)


def test_a_child_never_goes_on_with_what_its_parent_does(tmp_path: Path) -> None:
    here = os.getpid()
    child = Forked(lambda: None)
    if os.getpid() != here:
        (tmp_path / "went on").touch()
        os._exit(0)
    assert child.wait(timeout=5) == 0
    assert not (tmp_path / "went on").exists()


def test_a_child_takes_no_open_file_of_its_parents_with_it(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as opened:
        number = opened.fileno()
        far = os.dup2(number, 1000)
        for one in (number, far):
            assert ended(lambda one=one: os.fstat(one)) == 1, "it is closed over there"
        os.fstat(number)
        os.close(far)


def test_not_even_the_first_of_its_parents_files_is_open() -> None:
    def work() -> None:
        os.dup2(1, 3)
        sys.exit(10 + Forked(lambda: os.write(3, b"x")).wait(timeout=5))

    assert ended(work) == 11


def test_a_child_reads_nothing_that_is_typed_for_its_parent() -> None:
    def work() -> None:
        typed, end = os.pipe()
        os.write(end, b"y")
        os.dup2(typed, 0)
        sys.exit(10 + Forked(lambda: sys.exit(0 if os.read(0, 1) == b"" else 3)).wait(timeout=5))

    assert ended(work) == 10


def test_ctrl_c_for_the_parent_does_not_reach_a_child() -> None:
    assert ended(lambda: sys.exit(0 if os.getsid(0) == os.getpid() == os.getpgrp() else 3)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_child_is_ended_by_signals_that_its_parent_handles(number: signal.Signals) -> None:
    before = signal.signal(number, lambda *_: None)
    try:
        child = forked(lambda: (os.kill(os.getpid(), number), time.sleep(5)))
        assert child.wait(timeout=4) == -number
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize(("code", "status"), [(0, 0), (3, 3), (None, 1), ("what went wrong", 1)])
def test_a_child_ends_with_the_status_that_it_asks_for(code: object, status: int) -> None:
    assert ended(lambda: sys.exit(code)) == status  # type: ignore[arg-type]


def test_what_goes_wrong_in_a_child_is_said_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise ValueError("no such address")

    assert ended(work) == 1
    assert "".join(capfd.readouterr()) == "fedconnect: no such address\n"


def test_even_an_interrupt_in_a_child_ends_it_alone() -> None:
    def work() -> None:
        raise KeyboardInterrupt

    assert ended(work) == 1


def test_what_the_parent_said_before_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    with plain_output():
        sys.stdout.write("begun")
        sys.stderr.write("warned")
        assert Forked(lambda: print("served")).wait(timeout=5) == 0
        sys.stdout.flush()
    said = "".join(capfd.readouterr())
    assert [said.count(word) for word in ("begun", "warned", "served")] == [1, 1, 1]


def test_a_child_that_runs_has_no_status_and_one_that_ended_keeps_its_own() -> None:
    child = forked(sleep_long)
    assert child.poll() is None
    assert is_there(child.pid)
    child.terminate()
    assert child.wait(timeout=5) == -signal.SIGTERM
    assert not is_there(child.pid)
    assert [child.poll(), child.wait(timeout=0), child.returncode] == [-signal.SIGTERM] * 3


def test_waiting_for_a_child_ends_when_its_time_is_over_and_the_child_goes_on() -> None:
    child = forked(sleep_long)
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=0.05)
    assert 0.05 <= time.monotonic() - begun < 2
    assert child.poll() is None
    child.terminate()
    assert child.wait() == -signal.SIGTERM


def test_nobody_is_ended_in_the_place_of_a_child_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    child = forked(lambda: None)
    assert child.wait(timeout=5) == 0
    ended_now: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _number: ended_now.append(pid))
    child.terminate()
    assert ended_now == [], "its number may be somebody else's by now"


def test_a_child_ends_with_its_parent_even_if_that_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"

    def parent() -> None:
        child = Forked(sleep_long)
        told.write_text(str(child.pid))
        while os.getsid(child.pid) != child.pid:  # it is its own from then on
            time.sleep(0.005)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)

    assert ended(parent) == -signal.SIGKILL
    until = time.monotonic() + 3
    while is_there(pid := int(told.read_text())) and time.monotonic() < until:
        time.sleep(0.005)
    assert not is_there(pid)


def test_a_child_whose_parent_ended_before_it_could_ask_ends_too() -> None:
    assert ended(lambda: die_with_parent(os.getpid())) == 1
    assert ended(lambda: (die_with_parent(os.getppid()), sys.exit(7))) == 7


@pytest.mark.parametrize("fails", [True, False])
def test_a_child_that_nobody_listens_to_never_goes_on_in_its_parents_place(
    tmp_path: Path, fails: bool
) -> None:
    went_on = tmp_path / "went-on"

    def parent() -> None:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        me = os.getpid()

        def work() -> None:
            sys.stdout.write("something to say\n")
            if fails:
                raise RuntimeError("and something to complain of")

        try:
            child = Forked(work)
            os._exit(10 + child.wait(timeout=5))
        finally:
            if os.getpid() != me:
                went_on.touch()

    assert ended(parent) == 10 + fails
    assert not went_on.exists()
