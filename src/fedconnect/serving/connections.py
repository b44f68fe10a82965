"""Connections in one loop, in front of the threads: only a complete request costs a thread.

Whoever is slow is cut by a deadline; whoever waits longest makes room when all places are taken.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from fedconnect.serving.request_head import RequestReader, is_refusal_of_size

IDLE_S = 10.0
HEAD_S = 20.0
GRACE_S = 10.0
BODY_BYTES_A_SECOND = 20 << 10  # after the grace: a mebibyte has a good minute
ANSWER_GRACE_S = 30.0
ANSWER_BYTES_A_SECOND = 2 << 10
MOST_CONNECTIONS = 1000
MOST_HELD_BYTES = 256 << 20  # bodies of a process; beyond the first 64 kB each lies on disk
_LINGER_S = 2.0
_COUNTED_FROM = 64 << 10


class Connection(HTTPChannel):  # type: ignore[misc]
    """One connection. `since` is the moment of the last answer, or when the body that is read began."""

    parser_class = RequestReader
    close_when_flushed: bool

    def __init__(
        self, server: BufferingServer, sock: socket.socket, address: Any, adj: Any, map: Any
    ) -> None:
        self.since = time.monotonic()  # blank lines do not count
        self.answered_since: float | None = None
        self.sent_bytes = 0
        self.lingers_until: float | None = None
        self.reading: RequestReader | None = None
        self.refuses_size = False
        super().__init__(server, sock, address, adj, map)

    @property
    def is_waiting(self) -> bool:
        """Whether it has asked for nothing yet that we are to answer."""
        return not self.requests and not self.total_outbufs_len

    @property
    def held_bytes(self) -> int:
        """How much of bodies it makes us hold."""
        read = [one for one in (*self.requests, self.request) if one is not None]
        return sum(one.body_bytes_received for one in read)

    def received(self, data: bytes) -> bool:
        """Take bytes; those behind a refusal are dropped."""
        if self.lingers_until is not None:
            return False
        taken: bool = super().received(data)
        request = self.request
        reads_body = request is not None and request.is_reading_body
        if reads_body and request is not self.reading:
            self.reading, self.since = request, time.monotonic()
        self.refuses_size = any(is_refusal_of_size(one) for one in self.requests)
        if reads_body and request.body_bytes_received > _COUNTED_FROM:
            self.server.bound_bodies(self)
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send what the other side takes."""
        sent: int = super().send(data, do_close)
        self.sent_bytes += sent
        self.since = time.monotonic()
        return sent

    def writable(self) -> bool:
        """Whether the loop can send something; not what a thread still adds to, or the loop would turn in vain."""
        if self.requests and self.total_outbufs_len < self.adj.send_bytes:
            return bool(self.will_close)
        return bool(super().writable())

    def handle_write(self) -> None:
        """Flush; after a body that we refused, wait for its sender to notice, or a reset would eat our answer."""
        super_closes = self.close_when_flushed and self.refuses_size and not self.requests
        if not super_closes or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if not self.total_outbufs_len and self.connected:
            self.close_when_flushed = False
            self.lingers_until = time.monotonic() + _LINGER_S
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)

    def is_overdue(self, now: float) -> bool:
        """Whether a deadline has passed for what is awaited of the other side."""
        if self.lingers_until is not None:
            return now > self.lingers_until
        if self.total_outbufs_len and not self.requests:
            if self.answered_since is None:
                self.answered_since, self.sent_bytes = now, 0
            patience = ANSWER_GRACE_S + self.sent_bytes / ANSWER_BYTES_A_SECOND
            return now - self.answered_since > patience
        self.answered_since = None
        if self.requests:
            return False  # it waits for us
        waited = now - self.since
        if self.request is None:
            return waited > IDLE_S
        if not self.request.is_reading_body:
            return waited > HEAD_S
        received: int = self.request.body_bytes_received
        return waited > GRACE_S + received / BODY_BYTES_A_SECOND


class BufferingServer(TcpWSGIServer):  # type: ignore[misc]
    """Reads requests in one loop and hands the complete ones to threads.

    `most` connections at once; `active_channels` are those that are open.
    """

    most = MOST_CONNECTIONS
    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Cut whoever is overdue; the loop calls this once a second."""
        moment = time.monotonic()
        for connection in list(self.active_channels.values()):
            if connection.is_overdue(moment):
                connection.handle_close()

    def handle_accept(self) -> None:
        """Take in a connection; with all places taken, whoever has waited longest makes room."""
        if len(self.active_channels) >= self.most:
            waiting = [one for one in self.active_channels.values() if one.is_waiting]
            if waiting:
                min(waiting, key=lambda one: one.since).handle_close()
        super().handle_accept()

    def bound_bodies(self, newest: Connection) -> None:
        """Drop the body that has been awaited longest where all together are too large."""
        connections = self.active_channels.values()
        if sum(one.held_bytes for one in connections) > MOST_HELD_BYTES:
            reading = [one for one in connections if one.is_waiting and one.held_bytes]
            min(reading, key=lambda one: one.since, default=newest).handle_close()

    def stop_accepting(self) -> None:
        """Leave new connections to other processes, and end those that ask for nothing."""
        self.accepting = False
        wasyncore.dispatcher.close(self)

    def end_waiting(self) -> bool:
        """End the connections that await no answer; return whether others are left."""
        for connection in list(self.active_channels.values()):
            if connection.is_waiting and not connection.will_close:
                connection.handle_close()
        return bool(self.active_channels)
