"""Connections: every address of a name is checked, and bytes and time are counted. No packet leaves here."""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fedconnect.foundation import http_connections
from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.foundation.http_connections import MAX_BYTES, _FinalResponse
from fedconnect.foundation.ip_addresses import AddressPolicy

NAMED = AddressPolicy((ipaddress.ip_network("127.0.0.0/8"),))


@pytest.fixture(autouse=True)
def unbound(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = http_connections._configured
    monkeypatch.setattr(
        http_connections, "_configured", http_connections._Configured(AddressPolicy(), before.ca_bundle)
    )
    http_connections.bound(None)
    yield
    http_connections.bound(None)


def name_leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(host: str, port: int, *rest: object) -> list[Any]:
        kinds = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(kinds[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def resolved(port: int = 443) -> list[str]:
    return [where[0] for _, where in http_connections._resolve("a.example", port)]


@pytest.mark.parametrize(
    "addresses", [("10.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::1", "8.8.8.8"), ("8.8.8.8", "fe80::1%eth0")]
)
def test_one_private_address_refuses_the_whole_name(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    name_leads_to(monkeypatch, *addresses)
    with pytest.raises(AddressRefused):
        resolved()


@pytest.mark.parametrize("port", [80, 22, 8443, 6379])
def test_a_public_address_is_reached_by_https_on_its_port_alone(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    name_leads_to(monkeypatch, "8.8.8.8")
    with pytest.raises(AddressRefused):
        resolved(port)
    assert resolved(443) == ["8.8.8.8"]


@pytest.mark.parametrize("port", [80, 443, 8443])
def test_an_address_that_the_setting_names_is_reached_on_any_port(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    http_connections.configure(NAMED, None)
    name_leads_to(monkeypatch, "127.0.0.1")
    assert resolved(port) == ["127.0.0.1"]
    name_leads_to(monkeypatch, "127.0.0.1", "8.8.8.8")
    if port != 443:
        with pytest.raises(AddressRefused):
            resolved(port)


def test_two_addresses_of_each_kind_are_tried_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    name_leads_to(monkeypatch, "2a00::1", "8.8.8.1", "2a00::2", "8.8.8.2", "2a00::3", "8.8.8.3")
    assert resolved() == ["8.8.8.1", "8.8.8.2", "2a00::1", "2a00::2"]


def test_a_name_server_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest: time.sleep(0.3))
    http_connections.bound(time.monotonic() + 0.05)
    with pytest.raises(TimeoutError, match="not resolved"):
        resolved()


def test_a_deadline_that_has_passed_resolves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    name_leads_to(monkeypatch, "8.8.8.8")
    http_connections.bound(time.monotonic() - 1)
    with pytest.raises(TimeoutError):
        resolved()
    with pytest.raises(TimeoutError):
        http_connections._remaining_s()


@pytest.mark.parametrize("most", [1000, MAX_BYTES])
def test_the_byte_after_a_body_and_a_head_is_one_too_many(most: int) -> None:
    http_connections.bound(None, most)
    assert http_connections._take_bytes(most) == most
    assert http_connections._take_bytes(64 << 10) == 64 << 10
    with pytest.raises(FetchFailed) as error:
        http_connections._take_bytes(1)
    assert not error.value.retryable


def test_each_request_counts_anew() -> None:
    http_connections.bound(None, 10)
    http_connections._take_bytes(10 + (64 << 10))
    http_connections.bound(None, 10)
    assert http_connections._take_bytes(1) == 1


class Wire:
    """A connection on which an answer lies already."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, *rest: object) -> io.BytesIO:
        return io.BytesIO(self.raw)


def answer(raw: bytes) -> bytes:
    found = _FinalResponse(Wire(raw), method="GET")  # type: ignore[arg-type]
    found.begin()
    return found.read()


PUT_OFF = b"HTTP/1.1 100 Continue\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_an_answer_that_is_put_off_again_and_again_is_none() -> None:
    assert answer(PUT_OFF * 2 + SHORT) == b"ok"
    with pytest.raises(http.client.BadStatusLine):
        answer(PUT_OFF * 3 + SHORT)


@pytest.mark.parametrize(("crumbs", "is_taken"), [(9_999, True), (10_000, False)])
def test_a_body_in_crumbs_is_no_body(crumbs: int, is_taken: bool) -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * crumbs + b"0\r\n\r\n"
    if is_taken:
        assert answer(raw) == b"x" * crumbs
        return
    with pytest.raises(http.client.HTTPException, match="crumbs"):
        answer(raw)
