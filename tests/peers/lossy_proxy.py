"""A line that loses things, between our forum and a home server: a proxy that passes everything on, does not always
give the answer back, and now and then swallows what was asked.

What a home server did and nobody heard of is the hard case, so mostly answers are lost, after the work is done.
"""

from __future__ import annotations

import http.client
import random
import re
import socket
import ssl
import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_OF_A_CONNECTION = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}
)
_ID = re.compile(r"(?<=/)(?:\d+|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)")


class Fate(StrEnum):
    """What becomes of a request."""

    PASSED = "passed on"
    ANSWER_LOST = "answer lost"
    REQUEST_LOST = "request lost"


@dataclass(frozen=True)
class Losses:
    """How often something is lost, as shares of one: of what changes something, and of what only looks."""

    answers: float = 0.45
    requests: float = 0.1
    answers_to_looks: float = 0.1
    spared: tuple[str, ...] = ()  # paths of which nothing is lost


@dataclass(frozen=True)
class Upstream:
    """Where the home server really is: `address` and `port` to connect to, `name` in TLS; no `tls`: plain HTTP."""

    name: str
    address: str
    port: int
    tls: ssl.SSLContext | None = None


class LossyProxy:
    """Listens at an address, passes on to `upstream`. Only calls of the client API and of OAuth are ever lost, never what
    servers say to each other or a page for people."""

    def __init__(
        self,
        listen: tuple[str, int],
        upstream: Upstream,
        *,
        seed: int,
        losses: Losses | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.upstream = upstream
        self.losses = losses or Losses()
        self.is_quiet = False
        self.counts: Counter[tuple[str, Fate]] = Counter()
        self.swallowed_tokens = 0  # given by the home server, and never seen by anybody
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(listen, _handler(self))
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fate_of(self, method: str, path: str) -> Fate:
        """Draw what becomes of a request, and count it by method and path without its ids."""
        with self._lock:
            fate = self._draw(method, path)
            self.counts[f"{method} {_ID.sub('…', path.partition('?')[0])}", fate] += 1
            return fate

    def _draw(self, method: str, path: str) -> Fate:
        if self.is_quiet or not path.startswith(("/api/", "/oauth/")) or path.startswith("/oauth/authorize"):
            return Fate.PASSED
        if path.partition("?")[0] in self.losses.spared:
            return Fate.PASSED
        drawn = self._chance.random()
        if method in {"GET", "HEAD"}:
            return Fate.ANSWER_LOST if drawn < self.losses.answers_to_looks else Fate.PASSED
        if drawn < self.losses.answers:
            return Fate.ANSWER_LOST
        return Fate.REQUEST_LOST if drawn < self.losses.answers + self.losses.requests else Fate.PASSED

    def note_lost_answer(self, path: str, status: int) -> None:
        """Count a token that its server gave and nobody heard of."""
        if path.partition("?")[0] == "/oauth/token" and status == 200:
            with self._lock:
                self.swallowed_tokens += 1


def _handler(proxy: LossyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing: the table at the end says what was lost."""

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = proxy.fate_of(self.command, self.path)
            if fate is Fate.REQUEST_LOST:
                self._hang_up()
                return
            try:
                status, headers, content = ask(
                    proxy.upstream, self.command, self.path, self.headers.items(), body
                )
            except (OSError, http.client.HTTPException):
                self._hang_up()
                return
            if fate is Fate.ANSWER_LOST:
                proxy.note_lost_answer(self.path, status)
                self._hang_up()
                return
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _pass_on

    return Handler


def ask(
    upstream: Upstream, method: str, path: str, headers: Any, body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Send a request to where the home server really is, and return status, headers and body as they came.

    Raises:
        OSError, http.client.HTTPException: it does not answer.
    """
    connection = http.client.HTTPConnection(upstream.address, upstream.port, timeout=60)
    plain = socket.create_connection((upstream.address, upstream.port), timeout=60)
    connection.sock = (
        upstream.tls.wrap_socket(plain, server_hostname=upstream.name) if upstream.tls else plain
    )
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in _OF_A_CONNECTION and name.lower() != "content-length":
                connection.putheader(name, value)
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Connection", "close")
        connection.endheaders(body or None)
        response = connection.getresponse()
        content = response.read()
        kept = [
            (name, value)
            for name, value in response.getheaders()
            if name.lower() not in _OF_A_CONNECTION and name.lower() != "content-length"
        ]
        return response.status, kept, content
    finally:
        connection.close()
