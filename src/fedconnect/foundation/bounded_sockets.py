"""Sockets and answers that cannot outlast or outgrow their request, for foundation/fetch alone.

`of_thread` holds what the present request of a thread may still use: `deadline` and `ceiling` (monotonic
seconds), `bytes_left`.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from typing import Any

from fedconnect.foundation.errors import FetchFailed

MAX_BYTES = 1 << 20
TOTAL_S = 30.0
CONNECT_S = 5.0
READ_S = 10.0
_MOST_INTERIM = 2
_MOST_CHUNKS = 10_000

of_thread = threading.local()


def remaining_s() -> float:
    """Return the seconds that this thread's request has left.

    Raises:
        TimeoutError: none.
    """
    deadline = getattr(of_thread, "deadline", None)
    remaining = TOTAL_S if deadline is None else deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the deadline has passed")
    return float(remaining)


def _take_bytes(count: int) -> int:
    """Count what another server sends, heads, interim answers and trailers included."""
    of_thread.bytes_left = getattr(of_thread, "bytes_left", MAX_BYTES) - count
    if of_thread.bytes_left < 0:
        raise FetchFailed("more bytes than a body and a head have", retryable=False)
    return count


class DeadlineSocket(socket.socket):
    """A socket that never waits past the request's deadline, however slowly bytes drip in."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, remaining_s()))
        return _take_bytes(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, remaining_s()))
        super().sendall(*args, **kwargs)


class DeadlineTLSSocket(ssl.SSLSocket):
    """The same over TLS, whose handshake has the same deadline."""

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(min(CONNECT_S, remaining_s()))
        super().do_handshake(block)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, remaining_s()))
        return _take_bytes(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, remaining_s()))
        super().sendall(*args, **kwargs)


class FinalResponse(http.client.HTTPResponse):
    """An answer that is neither put off (by "100 Continue", which nobody was asked for) nor in crumbs: both cost CPU."""

    def begin(self) -> None:
        self.interim = self.chunks = 0
        super().begin()

    def _read_next_chunk_size(self) -> int:
        self.chunks += 1
        if self.chunks > _MOST_CHUNKS:
            raise http.client.HTTPException("a body in crumbs")
        return int(super()._read_next_chunk_size())  # type: ignore[misc]

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        self.interim += status == 100
        if self.interim > _MOST_INTERIM:
            raise http.client.BadStatusLine("100 again and again")
        return version, status, reason
