"""Connections by a clock of our own: when each kind of slowness is cut, and who makes room for whom."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from waitress.task import ErrorTask

from fedconnect.serving import connections
from fedconnect.serving.connections import BufferingServer, Connection
from fedconnect.serving.worker import buffering_server

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n"
TOO_LARGE = b"POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Threads:
    """Takes requests and answers none until somebody says so."""

    def __init__(self) -> None:
        self.tasks: list[Connection] = []

    def add_task(self, task: Connection) -> None:
        self.tasks.append(task)


class Room:
    """A server whose loop does not turn by itself, and both ends of each connection."""

    def __init__(self) -> None:
        self.loop: dict[int, Any] = {}
        self.threads = Threads()
        self.listener = socket.create_server(("127.0.0.1", 0))
        threads: Any = self.threads
        self.server: BufferingServer = buffering_server(None, self.listener, self.loop, threads)
        self.ends: list[socket.socket] = []

    def enter(self, *sent: bytes) -> Connection:
        """Somebody connects, and these bytes come from them."""
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        self.ends.append(theirs)
        one = Connection(self.server, ours, ("192.0.2.1", 1), self.server.adj, self.loop)
        for data in sent:
            one.received(data)
        return one

    def close(self) -> None:
        for one in list(self.server.active_channels.values()):
            one.handle_close()
        for end in self.ends:
            end.close()
        self.server.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(connections.time, "monotonic", found.monotonic)
    return found


@pytest.fixture
def room(clock: Clock) -> Iterator[Room]:
    found = Room()
    yield found
    found.close()


def answered(one: Connection, size: int = 10) -> Connection:
    """Let a thread have answered what was asked, with so much that nobody has taken yet."""
    one.requests.clear()
    one.outbufs[-1].append(b"x" * size)
    one.total_outbufs_len += size
    return one


def is_over_at(one: Connection, since: float, wait_s: float) -> bool:
    """Whether a deadline lies right there: not overdue at the moment itself, and overdue just after."""
    return not one.is_overdue(since + wait_s) and one.is_overdue(since + wait_s + 0.001)


@pytest.mark.parametrize(
    ("sent", "wait_s"),
    [([], 10), ([b"\r\n"], 20), ([b"GET / HT"], 20), ([POST], 10), ([POST, b"x" * 204_800], 20)],
)  # fmt: skip
def test_each_kind_of_waiting_has_its_deadline(room: Room, sent: list[bytes], wait_s: float) -> None:
    assert is_over_at(room.enter(*sent), 1000.0, wait_s)


def test_whoever_waits_for_us_is_never_cut(room: Room) -> None:
    for one in (room.enter(GET), room.enter(GET + GET), room.enter(TOO_LARGE)):
        assert not one.is_overdue(1e9)
        assert not one.is_waiting
    half = room.enter(GET, b"GET / HT")
    assert not half.is_overdue(1e9), "what it asks besides has time until its first answer"


def test_blank_lines_and_drops_of_a_head_win_no_time(room: Room, clock: Clock) -> None:
    blank, head = room.enter(), room.enter(b"GET / HT")
    for _ in range(9):
        clock.now += 1
        blank.received(b"\r\n")
        head.received(b"T")
    assert is_over_at(blank, 1000.0, 20)
    assert is_over_at(head, 1000.0, 20)


def test_a_body_has_its_own_time_from_the_end_of_its_head(room: Room, clock: Clock) -> None:
    one = room.enter(POST[:30])
    clock.now += 15
    one.received(POST[30:])
    assert is_over_at(one, 1015.0, 10)
    clock.now += 5
    one.received(b"x" * 20480)
    assert is_over_at(one, 1015.0, 11), "what came wins a second, and the clock is not set back"


def test_an_answer_that_nobody_takes_is_given_half_a_minute_and_more_to_whoever_takes_some(
    room: Room, clock: Clock
) -> None:
    one = answered(room.enter(GET), 100_000)
    assert not one.is_overdue(5000.0), "the time begins when we first wait for them"
    assert is_over_at(one, 5000.0, 30)
    one.sent_bytes += 20_480
    assert is_over_at(one, 5000.0, 40)


def test_the_next_answer_has_a_time_of_its_own(room: Room) -> None:
    one = answered(room.enter(GET))
    one.is_overdue(5000.0)
    one.sent_bytes, one.total_outbufs_len = 1 << 20, 0
    assert one.is_overdue(5000.0), "it rests, and does so since it connected"
    answered(one)
    assert not one.is_overdue(6000.0)
    assert one.sent_bytes == 0
    assert is_over_at(one, 6000.0, 30)


def test_a_connection_rests_since_the_last_byte_of_its_answer(room: Room, clock: Clock) -> None:
    one = answered(room.enter(GET))
    clock.now = 1050.0
    one.handle_write()
    assert room.ends[0].recv(100) == b"x" * 10
    assert (one.sent_bytes, one.since) == (10, 1050.0)
    assert is_over_at(one, 1050.0, 10)


def test_after_a_body_that_was_refused_its_sender_hears_so_before_the_connection_ends(
    room: Room, clock: Clock
) -> None:
    one = room.enter(TOO_LARGE)
    ErrorTask(one, one.requests[0]).service()
    answered(one, 0)
    one.close_when_flushed = True
    one.handle_write()
    assert room.ends[0].recv(10_000).startswith(b"HTTP/1.1 413 ")
    assert room.ends[0].recv(100) == b"", "nothing more will come"
    assert one.connected
    assert not one.writable()
    assert not one.received(GET), "what they still send is dropped"
    assert room.threads.tasks == [one]
    assert is_over_at(one, 1000.0, 2)


def test_any_other_connection_ends_with_its_last_answer(room: Room) -> None:
    one = answered(room.enter(GET))
    one.close_when_flushed = True
    one.handle_write()
    assert not one.connected
    lost = room.enter(TOO_LARGE)
    answered(lost).will_close = True
    lost.handle_write()
    assert not lost.connected, "nobody is there to hear"


def test_the_loop_does_not_turn_for_what_a_thread_still_adds_to(room: Room) -> None:
    one = room.enter(GET)
    one.adj.send_bytes = 100
    one.total_outbufs_len = one.adj.send_bytes - 1
    assert not one.writable()
    one.total_outbufs_len = one.adj.send_bytes
    assert one.writable()
    one.total_outbufs_len, one.will_close = 0, True
    assert one.writable()
    one.will_close, one.requests = False, []
    assert not one.writable()
    one.total_outbufs_len = 1
    assert one.writable()
    one.total_outbufs_len = 0


def test_what_is_held_are_the_bodies_that_came_and_those_that_are_coming(room: Room) -> None:
    asked = b"POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    one = room.enter(asked, asked, POST, b"x" * 100)
    assert one.held_bytes == 110
    assert room.enter(GET).held_bytes == 0
    assert room.enter().held_bytes == 0


def test_whoever_is_overdue_is_cut_and_nobody_else(room: Room, clock: Clock) -> None:
    slow, head, asks = room.enter(), room.enter(b"GET"), room.enter(GET)
    clock.now += 11
    fresh = room.enter()
    room.server.maintenance(0)
    assert set(room.server.active_channels.values()) == {head, asks, fresh}
    assert not slow.connected


def test_with_all_places_taken_whoever_waited_longest_makes_room(
    room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[int] = []
    monkeypatch.setattr(
        connections.TcpWSGIServer, "handle_accept", lambda self: accepted.append(len(self.active_channels))
    )
    asks = room.enter(GET)
    for _ in range(2):
        clock.now += 1
        room.enter()
    room.server.most = 4
    room.server.handle_accept()
    assert accepted == [3], "one place is left"
    room.server.most = 3
    room.server.handle_accept()
    assert accepted == [3, 2]
    assert asks.connected, "it waited longest, and for us"
    assert [one.since for one in room.server.active_channels.values()] == [1000.0, 1002.0]


def test_where_everybody_waits_for_us_nobody_is_cut(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted: list[bool] = []
    monkeypatch.setattr(connections.TcpWSGIServer, "handle_accept", lambda self: accepted.append(True))
    room.server.most = 1
    asks = room.enter(GET)
    room.server.handle_accept()
    assert asks.connected
    assert accepted == [True]


def test_bodies_together_have_a_bound_and_the_one_awaited_longest_goes(
    room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_HELD_BYTES", 300_000)
    idle = room.enter()
    kept = []
    for _ in range(2):
        clock.now += 1
        kept.append(room.enter(POST, b"x" * 100_000))
    clock.now += 1
    newest = room.enter(POST, b"x" * 100_000)
    assert newest.connected, "just as many as may be"
    newest.received(b"x")
    assert [one.connected for one in (idle, *kept, newest)] == [True, False, True, True]


def test_a_body_of_a_request_that_is_answered_already_is_not_cut_for_it(
    room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_HELD_BYTES", 150_000)
    asked = b"POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    working = room.enter(asked)
    clock.now += 1
    newest = room.enter(POST, b"x" * 100_000)
    assert working.connected
    assert not newest.connected


def test_small_bodies_are_not_counted_each_time(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Connection] = []
    monkeypatch.setattr(room.server, "bound_bodies", counted.append)
    one = room.enter(POST, b"x" * (64 << 10))
    assert counted == []
    one.received(b"x")
    assert counted == [one]


def test_a_server_that_ends_lets_go_whoever_asks_for_nothing_and_answers_the_rest(room: Room) -> None:
    idle, asks = room.enter(), room.enter(GET)
    room.server.stop_accepting()
    assert not room.server.accepting
    assert room.server not in room.loop.values(), "others take new ones"
    assert room.server.end_waiting()
    assert (idle.connected, asks.connected) == (False, True)
    asks.requests.clear()
    assert not room.server.end_waiting()
    assert not asks.connected
