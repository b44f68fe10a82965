"""Threads beside a job's loop: bounded, each in somebody's name, and one that fails ends no other."""

from __future__ import annotations

import threading
import time

from fedconnect.jobs.side_threads import Lanes


def test_a_thread_is_busy_until_its_end_was_waited_for() -> None:
    go = threading.Event()
    with Lanes("test", 3) as lanes:
        for name in ("a", "a", "b"):
            lanes.start(name, lambda: go.wait(5) and None)
        assert lanes.free == 0
        assert dict(lanes.names) == {"a": 2, "b": 1}
        lanes.wait(0)
        assert lanes.free == 0
        go.set()
        while lanes.names:
            lanes.wait(1)
        assert lanes.free == 3


def test_what_fails_is_its_own_affair_and_frees_its_thread() -> None:
    done: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    with Lanes("test", 1) as lanes:
        lanes.start("bad", fail)
        lanes.wait(5)
        assert lanes.free == 1
        lanes.start("good", lambda: done.append("good"))
        lanes.wait(5)
    assert done == ["good"]


def test_leaving_the_block_waits_for_what_has_begun() -> None:
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.05)
        done.set()

    with Lanes("test", 1) as lanes:
        lanes.start("slow", work)
        assert begun.wait(5)
    assert done.is_set()


def test_waiting_ends_with_the_first_that_is_done_or_with_its_time() -> None:
    go = threading.Event()
    with Lanes("test", 2) as lanes:
        lanes.start("slow", lambda: go.wait(5) and None)
        lanes.start("quick", lambda: None)
        before = time.monotonic()
        lanes.wait(4)
        assert dict(lanes.names) == {"slow": 1}
        lanes.wait(0.01)
        assert time.monotonic() - before < 2
        go.set()


def test_leaving_the_block_waits_for_what_no_thread_has_picked_up_yet() -> None:
    done: list[str] = []

    def work(name: str) -> None:
        time.sleep(0.05)
        done.append(name)

    with Lanes("test", 1) as lanes:
        for name in ("first", "second"):
            lanes.start(name, lambda name=name: work(name))
    assert done == ["first", "second"]
