"""Whoever is slow costs no thread, and whoever sends much is cut before anything is kept."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from fedconnect.serving import connections, request_head
from support.front import Front, read_all, running_front

pytestmark = pytest.mark.heavy

GET = b"GET / HTTP/1.1\r\nHost: forum.example\r\n\r\n"
POST = b"POST /inbox HTTP/1.1\r\nHost: forum.example\r\n"
SIGNED_IN = b"Cookie: a=b; __Host-fedconnect_session=xyz\r\n"


@pytest.fixture
def front() -> Iterator[Front]:
    with running_front(threads=1) as front:
        yield front


def quick(front: Front) -> float:
    begun = time.monotonic()
    with front.connect() as connection:
        connection.sendall(GET)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    return time.monotonic() - begun


def closed_within(connection: socket.socket, seconds: float, drip: bytes = b"") -> bool:
    """Whether the server closes; a byte is sent every tenth of a second until then."""
    until = time.monotonic() + seconds
    connection.settimeout(0.1)
    while time.monotonic() < until:
        try:
            if drip:
                connection.sendall(drip)
            if connection.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


SLOW = {
    "says nothing": (b"", b""),
    "drips blank lines": (b"\r\n", b"\r\n"),
    "drips its head": (b"GET / HTTP/1.1\r\nX-A: ", b"a"),
    "stops in its head": (b"GET / HT", b""),
    "drips its body": (POST + b"Content-Length: 90000\r\n\r\n", b"a"),
    "stops in its body": (POST + b"Content-Length: 90000\r\n\r\n", b""),
    "drips chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "rests after an answer": (GET, b""),
}


@pytest.mark.parametrize("name", SLOW)
def test_c2_each_kind_of_slowness_has_a_deadline(
    front: Front, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for deadline in ("IDLE_S", "HEAD_S", "GRACE_S"):
        monkeypatch.setattr(connections, deadline, 0.5)
    begin, drip = SLOW[name]
    with front.connect() as connection:
        connection.sendall(begin)
        assert closed_within(connection, 4, drip)
    assert quick(front) < 1


def test_c2_within_the_deadlines_a_poor_line_is_served(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_S", 1.5)
    with front.connect() as connection:
        for part in (b"POST /inbox HT", b"TP/1.1\r\nHost: a\r\nContent-Le", b"ngth: 4\r\n\r\na", b"bc", b"d"):
            connection.sendall(part)
            time.sleep(0.3)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_c2_a_body_must_come_at_a_least_rate(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "GRACE_S", 0.3)
    monkeypatch.setattr(connections, "BODY_BYTES_A_SECOND", 100_000)
    with front.connect() as connection:
        connection.sendall(POST + b"Content-Length: 1000000\r\n\r\n")
        assert closed_within(connection, 5, b"x" * 3000)  # 30 kB a second
    with front.connect() as connection:
        connection.sendall(POST + b"Content-Length: 600000\r\n\r\n")
        for _ in range(20):
            connection.sendall(b"x" * 30_000)
            time.sleep(0.05)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\nX-A: ", POST + b"Content-Length: 90000\r\n\r\n"])
def test_c2_two_hundred_slow_clients_leave_the_one_thread_free(front: Front, begin: bytes) -> None:
    slow = [front.connect() for _ in range(200)]
    try:
        for connection in slow:
            connection.sendall(begin)
        assert max(quick(front) for _ in range(10)) < 1
    finally:
        for connection in slow:
            connection.close()


def test_c2_a_reader_who_does_not_read_is_cut_and_holds_no_thread(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "ANSWER_GRACE_S", 1.0)
    monkeypatch.setattr(connections, "ANSWER_BYTES_A_SECOND", 1 << 30)
    with front.connect() as connection:
        connection.sendall(GET.replace(b" / ", b" /large "))
        assert quick(front) < 1
        time.sleep(1.5)
        assert len(read_all(connection, 2)) < 8 << 20


def test_c2_when_all_places_are_taken_who_waits_longest_makes_room(front: Front) -> None:
    front.server.most = 20
    slow = [front.connect() for _ in range(60)]
    try:
        assert quick(front) < 1
        assert len(front.server.active_channels) <= 21
        assert closed_within(slow[0], 1)
    finally:
        for connection in slow:
            connection.close()


def posted(size: int, path: bytes = b"/inbox", more: bytes = b"") -> Callable[[Front], bytes]:
    def send(front: Front) -> bytes:
        start = b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + more
        return front.raw(start + b"Content-Length: %d\r\n\r\n" % size + b"x" * size, seconds=8)[:20]

    return send


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (posted(1 << 20), 200),
        (posted((1 << 20) + 1), 413),
        (posted(5 << 20, b"/boards/a/new"), 413),
        (posted(5 << 20, b"/inbox", SIGNED_IN), 413),
        (posted(17 << 20, b"/boards/a/new", SIGNED_IN), 200),
        (posted(5 << 20, b"/boards/a/threads/1/2/reply?x=y", SIGNED_IN), 200),
        (posted((17 << 20) + 1, b"/boards/a/new", SIGNED_IN), 413),
    ],
)
def test_c2_how_much_may_be_sent_depends_on_where(
    front: Front, send: Callable[[Front], bytes], status: int
) -> None:
    assert send(front).startswith(b"HTTP/1.1 %d " % status)


def test_c2_chunks_are_counted_while_they_come(front: Front) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = front.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 40)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert front.told == []


@pytest.mark.parametrize(
    ("head_bytes", "status"),
    [
        (b"X-A: " + b"a" * 8000 + b"\r\n", 200),
        (b"X-A: " + b"a" * 8200 + b"\r\n", 400),
        ((b"X-A: " + b"a" * 8000 + b"\r\n") * 5, 431),
        (b"X-A: b\r\n" * 98, 200),
        (b"X-A: b\r\n" * 101, 400),
        (b"X-A: " + b"a" * 100_000, 431),
    ],
)
def test_c2_a_head_has_bounds(front: Front, head_bytes: bytes, status: int) -> None:
    answer = front.raw(GET[:-2] + head_bytes + b"Connection: close\r\n\r\n", seconds=2)
    assert answer[:13] in {b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status}


def test_c2_bodies_together_have_a_bound_and_the_one_awaited_longest_goes(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_HELD_BYTES", 3 << 20)
    slow = []
    for _ in range(8):
        slow.append(front.connect())
        slow[-1].sendall(POST + b"Content-Length: 1000000\r\n\r\n" + b"x" * 800_000)
        time.sleep(0.05)
    try:
        assert closed_within(slow[0], 2)
        assert posted(500_000)(front).startswith(b"HTTP/1.1 200 ")
        held = sum(one.held_bytes for one in list(front.server.active_channels.values()))
        assert held <= 3 << 20
    finally:
        for connection in slow:
            connection.close()


def test_the_upload_limit_is_that_of_the_application() -> None:
    from fedconnect.blocklists import blocklist_formats
    from fedconnect.web.posts import compose_form

    assert (
        max(compose_form.MOST_BYTES, blocklist_formats.MOST_BYTES) + (1 << 16)
        <= request_head.MOST_UPLOAD_BYTES
    )
