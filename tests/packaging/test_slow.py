"""The real command, with clients that hold it up."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from support.processes import environment, free_port, running, wait_for


def test_c2_forty_clients_that_drip_keep_nobody_from_a_page_and_a_stop_is_quick(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        tree = stack.enter_context(
            running("up", env=environment(tmp_path / "data", port), log=tmp_path / "log")
        )
        wait_for(base + "/boards/lobby")
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(80)]
        for number, connection in enumerate(slow):
            connection.sendall(
                b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "
                if number % 2
                else b"POST /inbox HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"
            )
        times = []
        for _ in range(40):
            for connection in slow:
                connection.send(b"a")
            begun = time.monotonic()
            with urlopen(base + "/", timeout=20) as answer:
                assert answer.status == 200
            times.append(time.monotonic() - begun)
            time.sleep(0.05)
        assert sorted(times)[37] < 1  # p95
        begun = time.monotonic()
        tree.send_signal(signal.SIGTERM)
        assert tree.wait(timeout=10) == 0
        assert time.monotonic() - begun < 5


def wait_until_read(port: int) -> None:
    """Wait until the server has accepted every connection and read what lies in it. Ref: proc(5), /proc/net/tcp."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        waiting = [
            row[4].partition(":")[2]
            for row in rows
            if row[1].endswith(f":{port:04X}") and row[3] in {"0A", "01"}
        ]
        if not any(int(queued, 16) for queued in waiting):
            return
        time.sleep(0.01)
    raise AssertionError("what was sent is not read")


def test_what_is_asked_when_the_end_comes_is_still_answered(tmp_path: Path) -> None:
    port = free_port()
    env = environment(tmp_path / "data", port, FEDCONNECT_REDIS_URL="redis://127.0.0.1:1/0")
    with running("migrate", env=env, log=tmp_path / "log") as migrate:
        assert migrate.wait(timeout=30) == 0
    with running("web", "--graceful-seconds", "5", env=env, log=tmp_path / "log") as web:
        wait_for(f"http://127.0.0.1:{port}/about")
        asked = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
        for connection in asked:
            connection.sendall(b"GET /about HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        wait_until_read(port)  # and most still wait for a thread
        web.send_signal(signal.SIGTERM)
        for connection in asked:
            with connection, connection.makefile("rb") as lines:
                assert lines.readline().startswith(b"HTTP/1.1 200 ")
        assert web.wait(timeout=10) == 0
