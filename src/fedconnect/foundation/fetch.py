"""The only module that opens an outgoing connection.

It resolves a name itself, checks every address, and connects to the very address that was checked; a
request has a deadline over everything (DNS, TLS, headers, body), a size cap and no memory of cookies,
proxies or passwords. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import ipaddress
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import idna
import requests
import urllib3

from fedconnect import __version__
from fedconnect.foundation import database, http_connections
from fedconnect.foundation.errors import AddressRefused, FetchFailed, NetworkNeeded
from fedconnect.foundation.http_connections import CONNECT_S, MAX_BYTES, READ_S, TOTAL_S
from fedconnect.foundation.ip_addresses import Address, AddressPolicy
from fedconnect.foundation.settings import Settings

MAX_REDIRECTS = 3

_LONGEST_UNENCODED = 64  # encoding costs 5 µs a letter; longer ones can be sent in their ASCII form
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class HttpResponse:
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


def configure(settings: Settings) -> None:
    """Take over the settings that bound outgoing requests."""
    os.environ.setdefault(
        "RES_OPTIONS", "timeout:2 attempts:1"
    )  # a name server that drips holds no thread long
    global _configuration
    _configuration = _Configuration(
        AddressPolicy(settings.allowed_private_addresses),
        str(settings.ca_bundle) if settings.ca_bundle else None,
        f"FedConnect/{__version__} (+{settings.base_url}/)",
    )
    http_connections.configure(_configuration.policy, _configuration.ca_bundle)


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


def leads_to_permitted(host: str) -> bool:
    """Whether a name of one's own network leads to addresses that the setting names; nobody is asked where it names none."""
    return bool(_configuration.policy.allowed_private) and http_connections.leads_to_named(host)


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
    if len(name) > (253 if name.isascii() else _LONGEST_UNENCODED):
        raise AddressRefused("not a host name")
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
) -> HttpResponse:
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
        response = _request("GET", url, sent, None, deadline, max_bytes)
        if response.status not in {301, 302, 303, 307, 308} or "location" not in response.headers:
            return response
        try:
            target = urljoin(url, response.headers["location"])
            scheme = urlsplit(target).scheme
        except ValueError as error:  # as `https://[x/`, which is for the other server to answer for
            raise FetchFailed("redirects to no address", retryable=False) from error
        if scheme != urlsplit(url).scheme:
            raise FetchFailed("redirects to another scheme", retryable=False)
        url = target
    raise FetchFailed("too many redirects", retryable=False)


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> HttpResponse:
    """POST a body; a redirect is an answer like any other and is not followed.

    Raises:
        AddressRefused: the URL or its address may not be reached.
        FetchFailed: no connection or no time left.
    """
    return send("POST", url, body, headers=headers, total_s=TOTAL_S)


def send(
    method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str], total_s: float
) -> HttpResponse:
    """Send one request with a secret in it, to this very address: redirects are never followed.

    Raises:
        AddressRefused: the URL or its address may not be reached.
        FetchFailed: no connection, no time left, or more than 1 MiB.
    """
    return _request(method, url, dict(headers), body, time.monotonic() + total_s)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Bound everything that this thread asks of others within the block, however many requests it takes."""
    before = getattr(_thread, "ceiling", None)
    ceiling = time.monotonic() + seconds
    _thread.ceiling = ceiling if before is None else min(before, ceiling)
    try:
        yield
    finally:
        _thread.ceiling = before


@contextmanager
def forbidden() -> Iterator[None]:
    """Ask no other server within the block: whoever would have to raises NetworkNeeded in its place."""
    before = getattr(_thread, "forbidden", False)
    _thread.forbidden = True
    try:
        yield
    finally:
        _thread.forbidden = before


def _request(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    deadline: float,
    max_bytes: int = MAX_BYTES,
) -> HttpResponse:
    if database.is_open():
        raise RuntimeError("a request to another server inside a transaction")
    if getattr(_thread, "forbidden", False):
        raise NetworkNeeded(host_of(url))
    _check_url(url)
    ceiling = getattr(_thread, "ceiling", None)
    http_connections.bound(deadline if ceiling is None else min(deadline, ceiling), max_bytes)
    headers = {"User-Agent": _configuration.user_agent, "Accept-Encoding": "identity", **headers}
    # The adapter is called without a Session, which would keep cookies and read a redirect's whole body.
    prepared = requests.Request(method, url, headers, data=body).prepare()
    try:
        with http_connections.adapter().send(prepared, stream=True, timeout=(CONNECT_S, READ_S)) as response:
            return HttpResponse(
                response.status_code,
                {name.lower(): value for name, value in response.headers.items()},
                _read(response.raw, response.headers.get("Content-Encoding", "identity"), max_bytes),
                url,
            )
    except FetchFailed:
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        refused = _refusal(error)
        if refused is not None:
            raise refused from error
        raise FetchFailed(f"{type(error).__name__} from {host_of(url)}") from error
    finally:
        http_connections.bound(None)


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
