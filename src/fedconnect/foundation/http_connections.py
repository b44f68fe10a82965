"""Connections to other servers: a name is resolved here, every address checked, and the very address that was checked
connected to; whatever drips, crumbles or never ends is cut by the request's deadline and byte count.

Used by fetch alone. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as ResolveTimeout
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import certifi
import urllib3
from requests.adapters import HTTPAdapter

from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.foundation.ip_addresses import AddressPolicy

MAX_BYTES = 1 << 20
TOTAL_S = 30.0
CONNECT_S = 5.0
READ_S = 10.0
_MOST_HEAD_BYTES = 64 << 10
_MOST_INTERIM = 2
_MOST_CHUNKS = 10_000


@dataclass(slots=True)
class _Configured:
    policy: AddressPolicy
    ca_bundle: str | None


_configured = _Configured(AddressPolicy(), None)
_thread = threading.local()
_resolver = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


def configure(policy: AddressPolicy, ca_bundle: str | None) -> None:
    """Say which addresses may be reached, and which authorities are trusted."""
    _configured.policy, _configured.ca_bundle = policy, ca_bundle
    _thread.__dict__.pop("adapter", None)


def bound(deadline: float | None, max_bytes: int = MAX_BYTES) -> None:
    """Bound what this thread's connection may take: until `deadline` (monotonic seconds) and so many bytes of a body."""
    _thread.deadline = deadline
    _thread.bytes_left = max_bytes + _MOST_HEAD_BYTES


def leads_to_named(host: str) -> bool:
    """Whether a name leads to addresses that the setting names, and to no other; within the time of a connection."""
    try:
        found = _resolver.submit(socket.getaddrinfo, host, 443, 0, socket.SOCK_STREAM).result(
            timeout=CONNECT_S
        )
    except (OSError, UnicodeError, ResolveTimeout):
        return False
    addresses = [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
    return bool(addresses) and all(map(_configured.policy.is_named, addresses))


def _resolve(host: str, port: int) -> list[tuple[int, Any]]:
    """Return the addresses of a host; all must be permitted, or none is used.

    Raises:
        AddressRefused: one of them may not be reached.
        OSError: the name has no address.
    """
    future = _resolver.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    try:
        found = future.result(timeout=min(CONNECT_S, _remaining_s()))
    except ResolveTimeout as error:
        raise TimeoutError("the name was not resolved in time") from error
    usable: list[tuple[int, Any]] = []
    policy = _configured.policy
    for family, _, _, _, where in found:
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if not policy.permits(address):
            raise AddressRefused(f"{host} leads to an address that may not be reached")
        named = policy.is_named(address)
        if port not in {80, 443} and not named:
            raise AddressRefused("a port other than 443")
        if port == 80 and not named:
            raise AddressRefused("plain http")
        usable.append((family, where))
    v4 = [entry for entry in usable if entry[0] == socket.AF_INET][:2]
    v6 = [entry for entry in usable if entry[0] == socket.AF_INET6][:2]
    return v4 + v6


def _remaining_s() -> float:
    deadline = getattr(_thread, "deadline", None)
    remaining = TOTAL_S if deadline is None else deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the deadline has passed")
    return float(remaining)


def _connect(host: str, port: int) -> socket.socket:
    problem: OSError | None = None
    for family, where in _resolve(host, port):
        connection = _DeadlineSocket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(CONNECT_S, _remaining_s()))
            connection.connect(where)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except OSError as error:
            connection.close()
            problem = error
    raise problem or OSError("no address")


def _take_bytes(count: int) -> int:
    """Count what another server sends, heads, interim answers and trailers included."""
    _thread.bytes_left = getattr(_thread, "bytes_left", MAX_BYTES) - count
    if _thread.bytes_left < 0:
        raise FetchFailed("more bytes than a body and a head have", retryable=False)
    return count


class _DeadlineSocket(socket.socket):
    """A socket that never waits past the request's deadline, however slowly bytes drip in."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, _remaining_s()))
        return _take_bytes(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, _remaining_s()))
        super().sendall(*args, **kwargs)


class _DeadlineTLSSocket(ssl.SSLSocket):
    """The same over TLS, whose handshake has the same deadline."""

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(min(CONNECT_S, _remaining_s()))
        super().do_handshake(block)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, _remaining_s()))
        return _take_bytes(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, _remaining_s()))
        super().sendall(*args, **kwargs)


class _FinalResponse(http.client.HTTPResponse):
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


class _CheckedHTTP(urllib3.connection.HTTPConnection):
    response_class = _FinalResponse

    def _new_conn(self) -> socket.socket:
        return _connect(self.host, self.port)


class _CheckedHTTPS(urllib3.connection.HTTPSConnection):
    response_class = _FinalResponse

    def _new_conn(self) -> socket.socket:
        return _connect(self.host, self.port)


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _CheckedHTTP


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPS


@lru_cache(maxsize=4)
def _tls_context(ca_bundle: str) -> ssl.SSLContext:
    """Return what TLS connections trust; reading the authorities takes a twentieth of a second, so all threads share it."""
    context = ssl.create_default_context(cafile=ca_bundle)
    context.sslsocket_class = _DeadlineTLSSocket
    return context


class _CheckedAdapter(HTTPAdapter):
    """A requests adapter whose every connection is checked when it is made."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = _tls_context(_configured.ca_bundle or certifi.where())
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        pool.pop("ca_certs", None)  # our context holds the authorities; requests would add its own
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


def adapter() -> _CheckedAdapter:
    """Return this thread's adapter, with its kept-alive connections."""
    existing: _CheckedAdapter | None = getattr(_thread, "adapter", None)
    if existing is None:
        existing = _CheckedAdapter(pool_connections=32, pool_maxsize=4, max_retries=0)
        _thread.adapter = existing
    return existing
