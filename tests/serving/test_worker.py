"""The worker: it serves while its parent is there, and answers what was asked before it ends."""

from __future__ import annotations

import os
import resource
import socket
from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.serving import worker
from fedconnect.serving.connections import Connection
from fedconnect.serving.request_head import MOST_UPLOAD_BYTES
from fedconnect.serving.worker import BufferingWorker, buffering_server, front_adjustments

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to", "most"),
    [
        (1024, 4096, 4096, 1000), (1024, 1 << 20, 4096, 1000), (1024, UNLIMITED, 4096, 1000),
        (256, 512, 512, 384),
        (100, 100, None, 64), (64, 150, 150, 64), (4096, 4096, None, 1000), (1 << 20, 1 << 20, None, 1000),
        (UNLIMITED, UNLIMITED, None, 1000), (1127, 1127, None, 999), (1128, 1128, None, 1000),
    ],
)  # fmt: skip
def test_as_many_connections_as_files_may_be_open_and_a_few_are_left_for_others(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised_to: int | None, most: int
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(worker.resource, "getrlimit", lambda kind: (soft, hard))
    monkeypatch.setattr(worker.resource, "setrlimit", lambda kind, limits: told.append((kind, limits)))
    assert worker._most_connections() == most
    assert told == ([] if raised_to is None else [(resource.RLIMIT_NOFILE, (raised_to, hard))])


def test_nobody_learns_what_answers_and_larger_bodies_are_ours_to_refuse() -> None:
    found = front_adjustments()
    assert found.ident is None
    assert found.max_request_body_size > MOST_UPLOAD_BYTES
    assert not found.clear_untrusted_proxy_headers
    assert not found.log_socket_errors


def test_a_server_takes_over_a_socket_that_listens_already() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        loop: dict[int, Any] = {}
        threads: Any = SimpleNamespace(add_task=None)
        server = buffering_server(None, listener, loop, threads)
        try:
            assert (server.effective_port, server.channel_class) == (
                str(listener.getsockname()[1]),
                Connection,
            )
            assert server in loop.values()
            assert server.accepting
        finally:
            server.close()


class Server:
    """Has some connections that await answers; one fewer each time it is asked."""

    def __init__(self, log: list[str], waits: int) -> None:
        self.log, self.waits, self.most = log, waits, 0

    def stop_accepting(self) -> None:
        self.log.append("stop")

    def end_waiting(self) -> bool:
        self.waits -= 1
        return self.waits >= 0

    def pull_trigger(self) -> None:
        self.log.append("trigger")


class Turning:
    """A worker without a gunicorn; what it does is written down, and each turn of the loop takes a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *servers: Server, graceful_s: float = 5) -> None:
        self.log: list[str] = servers[0].log if servers else []
        self.now, self.turns = 100.0, 0
        self.worker = BufferingWorker.__new__(BufferingWorker)
        self.worker.cfg = SimpleNamespace(threads=3, graceful_timeout=graceful_s)
        self.worker.alive, self.worker.ppid = True, os.getppid()
        self.worker.wsgi, self.worker.sockets = None, [SimpleNamespace(sock=one) for one in servers]
        self.worker.notify = lambda: self.log.append("alive")
        self.worker.servers = servers  # type: ignore[assignment]
        threads = SimpleNamespace(set_thread_count=lambda count: self.log.append(f"{count} threads"))
        monkeypatch.setattr(worker, "ThreadedTaskDispatcher", lambda: threads)
        monkeypatch.setattr(worker, "buffering_server", lambda wsgi, sock, loop, given: sock)
        monkeypatch.setattr(worker, "_most_connections", lambda: 77)
        monkeypatch.setattr(worker.wasyncore, "loop", self.turn)
        monkeypatch.setattr(worker.time, "monotonic", lambda: self.now)
        self.stop_after = 2
        self.orphaned = False

    def turn(self, *, timeout: float, use_poll: bool, map: object, count: int) -> None:
        self.turns += 1
        self.now += 1
        self.log.append("turn")
        assert count == 1, "it looks up after each"
        if self.turns == self.stop_after:
            self.worker.alive, self.worker.ppid = self.orphaned, -1 if self.orphaned else os.getppid()


@pytest.mark.parametrize("orphaned", [False, True])
def test_it_serves_until_it_is_asked_to_end_or_its_parent_is_gone(
    monkeypatch: pytest.MonkeyPatch, orphaned: bool
) -> None:
    log: list[str] = []
    servers = Server(log, 0), Server(log, 0)
    turning = Turning(monkeypatch, *servers)
    turning.orphaned = orphaned
    turning.worker.run()
    assert log == ["3 threads", "alive", "turn", "alive", "turn", "stop", "stop"]
    assert [one.most for one in servers] == [77, 77]
    assert turning.worker.servers == servers


def test_what_was_asked_is_answered_before_it_ends_and_it_is_seen_alive_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turning = Turning(monkeypatch, Server([], 2))
    turning.worker._end({})
    assert turning.log == ["stop", "alive", "turn", "alive", "turn"]


@pytest.mark.parametrize(("graceful_s", "turns"), [(5, 5), (0.5, 0), (0, 0)])
def test_it_waits_no_longer_than_it_was_given(
    monkeypatch: pytest.MonkeyPatch, graceful_s: float, turns: int
) -> None:
    turning = Turning(monkeypatch, Server([], 99), graceful_s=graceful_s)
    turning.worker._end({})
    assert turning.turns == turns


def test_whoever_asks_it_to_end_wakes_its_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    turning = Turning(monkeypatch, Server(log, 0), Server(log, 0))
    turning.worker.handle_exit(15, None)
    assert log == ["trigger", "trigger"]
    assert not turning.worker.alive


def test_before_it_serves_it_has_nothing_to_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    turning = Turning(monkeypatch)
    assert BufferingWorker.servers == ()
    turning.worker.handle_exit(15, None)
    assert not turning.worker.alive
