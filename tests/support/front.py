"""The buffering server over raw sockets, with a small application behind it that says what it was told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore
from waitress.task import ThreadedTaskDispatcher

from fedconnect.serving.connections import BufferingServer
from fedconnect.serving.worker import buffering_server


class Front:
    """A server on loopback; `told` is every request that reached the application."""

    def __init__(self, threads: int = 2) -> None:
        self.told: list[dict[str, Any]] = []
        self.pause = threading.Event()
        self.pause.set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address = self.listener.getsockname()
        self._loop: dict[int, Any] = {}
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        self.server: BufferingServer = buffering_server(self._answer, self.listener, self._loop, dispatcher)
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop:
            wasyncore.loop(timeout=0.05, use_poll=True, map=self._loop, count=1)
            self.server.maintenance(time.time())

    def close(self) -> None:
        self._stop = True
        self._thread.join(5)
        wasyncore.close_all(self._loop)

    def _answer(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.pause.wait(10)
        body = environ["wsgi.input"].read()
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        self.told.append({**told, "body": len(body)})
        answer = json.dumps({"path": environ["PATH_INFO"], "body": len(body)}).encode()
        if environ["PATH_INFO"] == "/large":
            answer = b"x" * (8 << 20)
        start("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=10)

    def raw(self, sent: bytes, *, seconds: float = 5) -> bytes:
        """Send bytes and return everything that comes until the server closes (or nothing more comes)."""
        with self.connect() as connection:
            connection.sendall(sent)
            return read_all(connection, seconds)

    def statuses(self, sent: bytes) -> list[int]:
        """Return the status of each answer to what is sent on one connection, with our side then closed."""
        with self.connect() as connection:
            connection.sendall(sent)
            got = read_all(connection, 0.5)
        return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


def read_all(connection: socket.socket, seconds: float) -> bytes:
    got = b""
    connection.settimeout(seconds)
    try:
        while chunk := connection.recv(65536):
            got += chunk
    except (TimeoutError, ConnectionResetError):
        pass
    return got


@contextmanager
def running_front(threads: int = 2) -> Iterator[Front]:
    """Yield a server that lives as long as this context."""
    front = Front(threads)
    try:
        yield front
    finally:
        front.pause.set()
        front.close()
