"""Outgoing requests reach public servers and nobody else, and end in time."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.foundation.settings import read_settings
from support.remote import RemoteServer

FORBIDDEN = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "0x7f.1",
    "127.0.0.1.",
    "１２７.0.0.1",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2620:4f:8000::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[fe80::1%25eth0]",
    "localhost",
    "a.local",
]


@pytest.fixture
def attempts() -> list[object]:
    """Every address that anything tried to connect to, by the interpreter's own account."""
    tried: list[object] = []

    def watch(name: str, arguments: tuple[object, ...]) -> None:
        if name == "socket.connect" and tried is not None:
            tried.append(arguments[1])

    sys.addaudithook(watch)
    return tried


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    fetch.configure(read_settings({}))
    yield
    fetch.configure(read_settings({}))


@pytest.mark.parametrize("host", FORBIDDEN)
def test_f01_a_forbidden_address_is_refused_before_any_connection(host: str, attempts: list[object]) -> None:
    for url in (f"https://{host}/", f"http://{host}/", f"https://{host}:8443/"):
        with pytest.raises(FetchFailed):
            fetch.get(url)
    assert attempts == []


def test_f02_a_name_that_leads_to_a_private_address_is_refused(
    attempts: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [
        [("93.184.216.34", 443), ("127.0.0.1", 443)],
        [("10.0.0.7", 443)],
    ]
    for found in answers:
        entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", where) for where in found]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, entries=entries: entries)
        with pytest.raises(AddressRefused):
            fetch.get("https://rebound.example/")
    assert attempts == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://a.example/", "https://user@a.example/", "https://a.example\\@b.example/",
     "https:///x", "https://" + "a" * 300 + ".example/", "ftp://a.example/", "https://a b.example/", "https://a_.example/"],
)  # fmt: skip
def test_f02_an_address_that_is_no_servers_is_refused(url: str, attempts: list[object]) -> None:
    with pytest.raises(AddressRefused):
        fetch.get(url)
    assert attempts == []


@pytest.fixture
def open_to_loopback(remote: RemoteServer) -> RemoteServer:
    fetch.configure(read_settings({"FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8"}))
    return remote


def test_f03_redirects_end(open_to_loopback: RemoteServer) -> None:
    remote = open_to_loopback
    remote.special["/self"] = (302, {"Location": "/self"}, b"")
    for number in range(6):
        remote.special[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    remote.special["/down"] = (302, {"Location": "file:///etc/passwd"}, b"")
    for path, most in (("/self", 1), ("/0", 4), ("/down", 1)):
        remote.received.clear()
        with pytest.raises(FetchFailed):
            fetch.get(remote.base + path)
        assert len(remote.received) <= most


def test_f03_a_redirect_never_leads_to_another_scheme(open_to_loopback: RemoteServer) -> None:
    for there in ("https://127.0.0.1:1/", "gopher://127.0.0.1/", "data:text/plain,x"):
        open_to_loopback.special["/away"] = (302, {"Location": there}, b"")
        with pytest.raises(FetchFailed, match="another scheme"):
            fetch.get(open_to_loopback.base + "/away")


def test_f08_an_answer_that_was_not_asked_to_be_compressed_is_refused(open_to_loopback: RemoteServer) -> None:
    open_to_loopback.special["/bomb"] = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b" + b"x" * 100)
    with pytest.raises(FetchFailed, match="compressed"):
        fetch.get(open_to_loopback.base + "/bomb")
    assert open_to_loopback.received[0].headers["accept-encoding"] == "identity"


def test_f09_an_answer_ends_at_a_mebibyte(open_to_loopback: RemoteServer) -> None:
    open_to_loopback.special["/big"] = (200, {}, b"x" * ((1 << 20) + 1))
    with pytest.raises(FetchFailed, match="more than 1 MiB"):
        fetch.get(open_to_loopback.base + "/big")
    open_to_loopback.special["/just"] = (200, {}, b"x" * (1 << 20))
    assert len(fetch.get(open_to_loopback.base + "/just").body) == 1 << 20


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-"]
)
def test_f05_and_f06_a_dripping_answer_ends_at_the_deadline(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch.configure(read_settings({"FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8"}))
    monkeypatch.setattr(fetch, "TOTAL_S", 1.5)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        try:
            connection.recv(4096)
            connection.sendall(head)
            for _ in range(40):
                connection.sendall(b"x")
                time.sleep(0.2)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    begun = time.monotonic()
    with pytest.raises(FetchFailed):
        fetch.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert time.monotonic() - begun < 3
    listener.close()


def test_f11_no_cookie_password_or_proxy_goes_along(
    open_to_loopback: RemoteServer, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    remote = open_to_loopback
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    remote.special["/a"] = (200, {"Set-Cookie": "a=b"}, b"")
    for _ in range(2):
        assert fetch.get(remote.base + "/a").status == 200
    for one in remote.received:
        assert not {"cookie", "authorization", "proxy-authorization"} & set(one.headers)
