"""The only module that opens an outgoing connection.

It resolves a name itself, checks every address, and connects to the very address that was checked; a
request has a deadline over everything (DNS, TLS, headers, body), a size cap and no memory of cookies,
proxies or passwords. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as ResolveTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import idna
import requests
import urllib3
from requests.adapters import HTTPAdapter

from fedconnect import __version__
from fedconnect.foundation import database
from fedconnect.foundation.addresses import Address, AddressPolicy
from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.foundation.settings import Settings

MAX_BYTES = 1 << 20
TOTAL_S = 30.0
CONNECT_S = 5.0
READ_S = 10.0
MAX_REDIRECTS = 3

_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server said: `status`, lower-case `headers`, `body`, and the `url` that gave it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Configuration:
    policy: AddressPolicy
    ca_bundle: str | None
    user_agent: str


_configuration = _Configuration(AddressPolicy(), None, f"FedConnect/{__version__}")
_thread = threading.local()
_resolver = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


def configure(settings: Settings) -> None:
    """Take over the settings that bound outgoing requests."""
    global _configuration
    _configuration = _Configuration(
        AddressPolicy(settings.allowed_private_addresses),
        str(settings.ca_bundle) if settings.ca_bundle else None,
        f"FedConnect/{__version__} (+{settings.base_url}/)",
    )
    _thread.__dict__.pop("adapter", None)


@lru_cache(maxsize=10_000)
def host_of(url: str) -> str:
    """Return the host with its port as one lower-case A-label string: the one spelling used everywhere.

    Raises:
        AddressRefused: not an http(s) URL, or a host that no server can have.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("not a URL") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or "\\" in url:
        raise AddressRefused("not an http(s) URL with a plain host")
    name = normal_host(parts.hostname)
    default = 443 if parts.scheme == "https" else 80
    return name if port in {None, default} else f"{name}:{port}"


def schemes_of(host: str) -> tuple[str, ...]:
    """Return the schemes to ask a host by: https, and then http for an address that the setting names."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return ("https",)
    return ("https", "http") if _configuration.policy.is_named(address) else ("https",)


def normal_host(name: str) -> str:
    """Return a host name lower-case, without a final dot, IDNA-encoded; IPv6 in brackets.

    Raises:
        AddressRefused: no host name and no plain IP address.
    """
    name = name.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(name)
        return f"[{address}]" if address.version == 6 else str(address)
    except ValueError:
        pass
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError as error:
            raise AddressRefused("not a host name") from error
    if not _HOST.fullmatch(name) or re.fullmatch(r"(0x)?[0-9a-f.]*", name.rpartition(".")[2] or name):
        raise AddressRefused("not a host name")
    return name


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    sign: Any = None,
    max_bytes: int = MAX_BYTES,
    total_s: float | None = None,
) -> Answer:
    """GET a URL, following at most three redirects on the same scheme, each checked again.

    `sign` is called with each hop's URL and returns that request's headers.

    Raises:
        AddressRefused: the URL or an address it leads to may not be reached.
        FetchFailed: no connection, no time left, too many redirects, or more than `max_bytes`.
    """
    deadline = time.monotonic() + (total_s or TOTAL_S)
    seen: set[str] = set()
    for _ in range(MAX_REDIRECTS + 1):
        if url in seen:
            raise FetchFailed("redirects in a circle", retryable=False)
        seen.add(url)
        sent = {**(headers or {}), **(sign(url) if sign else {})}
        answer = _request("GET", url, sent, None, deadline, max_bytes)
        if answer.status not in {301, 302, 303, 307, 308} or "location" not in answer.headers:
            return answer
        target = urljoin(url, answer.headers["location"])
        if urlsplit(target).scheme != urlsplit(url).scheme:
            raise FetchFailed("redirects to another scheme", retryable=False)
        url = target
    raise FetchFailed("too many redirects", retryable=False)


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
    """POST a body; a redirect is an answer like any other and is not followed.

    Raises:
        AddressRefused: the URL or its address may not be reached.
        FetchFailed: no connection or no time left.
    """
    return send("POST", url, body, headers=headers, total_s=TOTAL_S)


def send(
    method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str], total_s: float
) -> Answer:
    """Send one request with a secret in it, to this very address: redirects are never followed.

    Raises:
        AddressRefused: the URL or its address may not be reached.
        FetchFailed: no connection, no time left, or more than 1 MiB.
    """
    return _request(method, url, dict(headers), body, time.monotonic() + total_s)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Bound everything that this thread asks of others within the block, however many requests it takes."""
    before = getattr(_thread, "ceiling", None)
    ceiling = time.monotonic() + seconds
    _thread.ceiling = ceiling if before is None else min(before, ceiling)
    try:
        yield
    finally:
        _thread.ceiling = before


def _request(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    deadline: float,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    if database.is_open():
        raise RuntimeError("a request to another server inside a transaction")
    _check_url(url)
    ceiling = getattr(_thread, "ceiling", None)
    _thread.deadline = deadline if ceiling is None else min(deadline, ceiling)
    headers = {"User-Agent": _configuration.user_agent, "Accept-Encoding": "identity", **headers}
    # The adapter is called without a Session, which would keep cookies and read a redirect's whole body.
    prepared = requests.Request(method, url, headers, data=body).prepare()
    try:
        with _adapter().send(prepared, stream=True, timeout=(CONNECT_S, READ_S)) as answer:
            return Answer(
                answer.status_code,
                {name.lower(): value for name, value in answer.headers.items()},
                _read(answer.raw, answer.headers.get("Content-Encoding", "identity"), max_bytes),
                url,
            )
    except AddressRefused:
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        refused = _refusal(error)
        if refused is not None:
            raise refused from error
        raise FetchFailed(f"{type(error).__name__} from {host_of(url)}") from error
    finally:
        _thread.deadline = None


def _read(raw: Any, encoding: str, max_bytes: int) -> bytes:
    if encoding.lower() != "identity":
        raise FetchFailed("a compressed answer that was not asked for", retryable=False)
    body = bytearray()
    while chunk := raw.read(65_536, decode_content=False):
        body += chunk
        if len(body) > max_bytes:
            raise FetchFailed(f"an answer of more than {max_bytes >> 20} MiB", retryable=False)
    return bytes(body)


def _check_url(url: str) -> None:
    host = host_of(url)
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    try:
        literal: Address | None = ipaddress.ip_address(name)
    except ValueError:
        literal = None
    if literal is not None and not _configuration.policy.is_named(literal):
        raise AddressRefused("an IP address where a host name belongs")
    if not _configuration.policy.allowed_private and (
        parts.scheme != "https" or ":" in host or "." not in name
    ):
        raise AddressRefused("not https on the usual port")


def _refusal(error: BaseException | None) -> AddressRefused | None:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, AddressRefused):
            return error
        seen.add(id(error))
        reason = getattr(error, "reason", None)
        if isinstance(reason, BaseException):
            error = reason
        elif error.args and isinstance(error.args[0], BaseException):
            error = error.args[0]
        else:
            error = error.__cause__ or error.__context__
    return None


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
    policy = _configuration.policy
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


class _DeadlineSocket(socket.socket):
    """A socket that never waits past the request's deadline, however slowly bytes drip in."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, _remaining_s()))
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, _remaining_s()))
        super().sendall(*args, **kwargs)


class _DeadlineTLSSocket(ssl.SSLSocket):
    """The same over TLS."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(min(READ_S, _remaining_s()))
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(min(READ_S, _remaining_s()))
        super().sendall(*args, **kwargs)


class _CheckedHTTP(urllib3.connection.HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self.host, self.port)


class _CheckedHTTPS(urllib3.connection.HTTPSConnection):
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
        context = _tls_context(_configuration.ca_bundle or certifi.where())
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        pool.pop("ca_certs", None)  # our context holds the authorities; requests would add its own
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


def _adapter() -> _CheckedAdapter:
    """Return this thread's adapter, with its kept-alive connections."""
    existing: _CheckedAdapter | None = getattr(_thread, "adapter", None)
    if existing is None:
        existing = _CheckedAdapter(pool_connections=32, pool_maxsize=4, max_retries=0)
        _thread.adapter = existing
    return existing
