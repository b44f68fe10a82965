"""Outgoing requests reach public servers and nobody else, and end in time."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed, NetworkNeeded
from fedconnect.foundation.settings import read_settings
from support.remote import RemoteServer
from support.unit import Unit

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


# The module by itself: no packet leaves.


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.Example/x", "a.example"), ("https://a.example:443/", "a.example"), ("http://a.example:80/", "a.example"),
        ("https://a.example:80/", "a.example:80"), ("http://a.example:443/", "a.example:443"), ("https://a.example./", "a.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"), ("https://ａ.example/", "a.example"),
        ("https://[2001:DB8::1]:8443/", "[2001:db8::1]:8443"), ("https://[2001:db8:0:0::1]/", "[2001:db8::1]"),
        ("https://8.8.8.8/", "8.8.8.8"), ("https://a-b.example/", "a-b.example"), ("https://" + "a" * 63 + ".example/", "a" * 63 + ".example"),
        ("https://1a.example/", "1a.example"),
    ],
)  # fmt: skip
def test_a_host_has_one_spelling(url: str, host: str) -> None:
    assert fetch.host_of(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example/", "ftp://a.example/", "javascript:alert(1)", "https://", "https:///x", "https://a b.example/",
        "https://ana@a.example/", "https://ana:pw@a.example/", "https://a.example\\@evil.example/", "https://a.example:99999/",
        "https://a.example:x/", "https://[::1", "https://-a.example/", "https://a-.example/", "https://a_b.example/",
        "https://a..example/", "https://" + "a" * 64 + ".example/", "https://" + "a." * 127 + "example/", "https://0x7f.1/",
        "https://127.1/", "https://2130706433/", "https://a.0x7f/", "https://" + "ü" * 65 + "/",
    ],
)  # fmt: skip
def test_what_no_server_can_have_is_no_host(url: str) -> None:
    with pytest.raises(AddressRefused):
        fetch.host_of(url)


def test_only_what_the_setting_names_is_asked_by_plain_http() -> None:
    assert fetch.schemes_of("127.0.0.1:3000") == ("https",)
    fetch.configure(read_settings({"FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8,::1"}))
    for host in ("127.0.0.1", "127.0.0.1:3000", "[::1]:3000"):
        assert fetch.schemes_of(host) == ("https", "http")
    for host in ("a.example", "a.example:3000", "10.0.0.1", "127.0.0.1.example"):
        assert fetch.schemes_of(host) == ("https",)


class Hops:
    """Servers that answer each address with a redirect or a body."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **to: str) -> None:
        self.to = {f"https://a.example/{name}": where for name, where in to.items()}
        self.sent: list[tuple[str, dict[str, str], float]] = []
        self.status = 302
        monkeypatch.setattr(fetch, "_request", self.request)

    def request(
        self, method: str, url: str, headers: dict[str, str], body: None, deadline: float, most: int
    ) -> fetch.HttpResponse:
        self.sent.append((url, headers, deadline))
        if url in self.to:
            return fetch.HttpResponse(self.status, {"location": self.to[url]}, b"", url)
        return fetch.HttpResponse(200, {}, b"body", url)


def test_f03_three_redirects_are_followed_and_a_fourth_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = Hops(monkeypatch, a="/b", b="c", c="https://a.example/d")
    assert fetch.get("https://a.example/a").url == "https://a.example/d"
    hops.to["https://a.example/d"] = "/e"
    with pytest.raises(FetchFailed, match="too many"):
        fetch.get("https://a.example/a")


def test_f03_a_circle_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = Hops(monkeypatch, a="/b", b="/a")
    with pytest.raises(FetchFailed, match="circle"):
        fetch.get("https://a.example/a")
    assert len(hops.sent) == 2


@pytest.mark.parametrize(
    "target", ["http://a.example/b", "ftp://a.example/b", "javascript:x", "data:,x", "https://[x/1"]
)
def test_f03_no_redirect_changes_the_scheme(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    hops = Hops(monkeypatch, a=target)
    with pytest.raises(FetchFailed) as error:
        fetch.get("https://a.example/a")
    assert not error.value.retryable
    assert len(hops.sent) == 1


@pytest.mark.parametrize(
    ("status", "goes_on"), [(300, False), (301, True), (304, False), (307, True), (308, True), (309, False)]
)
def test_f03_what_is_no_redirect_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, status: int, goes_on: bool
) -> None:
    hops = Hops(monkeypatch, a="/b")
    hops.status = status
    assert fetch.get("https://a.example/a").status == (200 if goes_on else status)


def test_each_hop_is_signed_for_itself_and_all_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = Hops(monkeypatch, a="/b")
    fetch.get("https://a.example/a", headers={"Accept": "x"}, sign=lambda url: {"Signature": url}, total_s=5)
    assert [headers for _, headers, _ in hops.sent] == [
        {"Accept": "x", "Signature": "https://a.example/a"},
        {"Accept": "x", "Signature": "https://a.example/b"},
    ]
    assert len({deadline for _, _, deadline in hops.sent}) == 1
    assert hops.sent[0][2] - time.monotonic() <= 5


@pytest.mark.parametrize("opening", [database.transaction, database.read_transaction])
def test_nothing_is_asked_while_a_transaction_is_open(
    unit: Unit, attempts: list[object], opening: Callable[[], AbstractContextManager[object]]
) -> None:
    with opening(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch.get("https://a.example/")
    assert attempts == []


def test_what_is_forbidden_stays_so_until_the_outermost_block_ends(attempts: list[object]) -> None:
    with fetch.forbidden():
        with fetch.forbidden():
            pass
        with pytest.raises(NetworkNeeded):
            fetch.get("https://a.example/")
        with pytest.raises(NetworkNeeded):
            fetch.send("POST", "https://a.example/", b"", headers={}, total_s=1)
    with pytest.raises(AddressRefused):
        fetch.get("https://127.0.0.1/")
    assert attempts == []


def test_an_inner_limit_of_time_never_widens_the_outer_one() -> None:
    with fetch.time_limit(5):
        outer = fetch._thread.ceiling
        with fetch.time_limit(50):
            assert fetch._thread.ceiling == outer
        with fetch.time_limit(1):
            assert fetch._thread.ceiling < outer
        assert fetch._thread.ceiling == outer
    assert fetch._thread.ceiling is None


def test_a_limit_of_time_that_has_passed_lets_nothing_leave(attempts: list[object]) -> None:
    with fetch.time_limit(-1), pytest.raises(FetchFailed):
        fetch.get("https://a.example/")
    assert attempts == []


def test_a_refusal_is_found_however_deep_it_lies_and_a_circle_ends() -> None:
    deep = ValueError(OSError(AddressRefused("private")))
    assert isinstance(fetch._refusal(deep), AddressRefused)
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert fetch._refusal(first) is None
    assert fetch._refusal(None) is None
