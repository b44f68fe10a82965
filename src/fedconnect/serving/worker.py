"""A gunicorn worker that reads with one loop and answers with threads."""

from __future__ import annotations

import logging
import os
import resource
import time
from types import FrameType
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from fedconnect.serving.connections import MOST_CONNECTIONS, BufferingServer
from fedconnect.serving.request_head import MOST_HEAD_BYTES, MOST_UPLOAD_BYTES

_FILES = 4096
_OTHER_FILES = 128  # database, Valkey, connections to other servers


class BufferingWorker(Worker):  # type: ignore[misc]
    """The process that gunicorn starts, watches by its heartbeat, and asks to end."""

    servers: tuple[BufferingServer, ...] = ()

    def run(self) -> None:
        """Serve until asked to end; then answer what was asked, within the graceful time."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        loop: dict[int, Any] = {}
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(self.cfg.threads)
        self.servers = tuple(buffering_server(self.wsgi, one.sock, loop, threads) for one in self.sockets)
        for server in self.servers:
            server.most = _most_connections()
        while self.alive and os.getppid() == self.ppid:
            self.notify()
            wasyncore.loop(timeout=1.0, use_poll=True, map=loop, count=1)
        self._end(loop)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End after what was asked is answered."""
        super().handle_exit(sig, frame)
        for server in self.servers:
            server.pull_trigger()

    def _end(self, loop: dict[int, Any]) -> None:
        until = time.monotonic() + max(0.0, self.cfg.graceful_timeout - 0.5)
        for server in self.servers:
            server.stop_accepting()
        while any(server.end_waiting() for server in self.servers) and time.monotonic() < until:
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=loop, count=1)


def buffering_server(
    app: Any, sock: Any, loop: dict[int, Any], threads: ThreadedTaskDispatcher
) -> BufferingServer:
    """Return a server on a listening socket, one of those that share a loop and its threads."""
    where = (sock.family, sock.type, sock.proto, sock.getsockname())
    return BufferingServer(
        app, loop, True, sock, dispatcher=threads, adj=front_adjustments(), sockinfo=where, bind_socket=False
    )


def front_adjustments() -> Adjustments:
    """Return how waitress is set up."""
    return Adjustments(
        ident=None,
        backlog=512,
        recv_bytes=64 << 10,
        inbuf_overflow=64 << 10,
        outbuf_overflow=256 << 10,
        max_request_header_size=MOST_HEAD_BYTES,
        max_request_body_size=MOST_UPLOAD_BYTES + 1,
        connection_limit=1 << 20,  # ours makes room instead of waiting
        cleanup_interval=1,
        asyncore_use_poll=True,
        log_socket_errors=False,
        clear_untrusted_proxy_headers=False,  # web/current_visit decides whom to believe
    )


def _most_connections() -> int:
    """Raise the limit of open files where we may, and return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return (
        MOST_CONNECTIONS
        if soft == resource.RLIM_INFINITY
        else max(64, min(MOST_CONNECTIONS, soft - _OTHER_FILES))
    )
