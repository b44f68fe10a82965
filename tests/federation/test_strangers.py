"""What a stranger may make us do before anybody is proven: little, for a short while, and at nobody else's cost."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from werkzeug.test import TestResponse

from fedconnect.federation import rate_limits
from fedconnect.foundation import caches, fetch, outbound_slots, rate_limit
from fedconnect.foundation.errors import Busy, FetchFailed, TooMany
from support.forum import BASE, Forum, lower
from support.remote import RemotePerson, RemoteServer


def knock(forum: Forum, signer: RemotePerson, key_id: str, address: str = "192.0.2.9") -> TestResponse:
    """Send a Follow whose signature names a key that is not its signer's, from an address."""
    actor = key_id.partition("#")[0]
    body = json.dumps(signer.follow(forum.board())).replace(signer.uri, actor).encode()
    headers = signer.sign(BASE + "/inbox", body)
    headers["Signature"] = headers["Signature"].replace(signer.key_id, key_id)
    return forum.client.post(
        "/inbox", data=body, headers={**headers, "X-Forwarded-For": address}, base_url=BASE
    )


class DrippingServer:
    """A key server that sends one byte of its head every tenth of a second."""

    def __init__(self, host: str = "127.0.0.5", begin: bytes = b"HTTP/1.1 200 OK\r\nX-A: ") -> None:
        self.listener = socket.create_server((host, 0), backlog=100)
        self.base = f"http://{host}:{self.listener.getsockname()[1]}"
        self.begin = begin
        self.drip = b"a"
        self.asked = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.asked += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(self.begin)
                while True:
                    connection.sendall(self.drip)
                    if len(self.drip) == 1:
                        time.sleep(0.1)
            except OSError:
                return


@pytest.fixture
def dripping() -> Iterator[DrippingServer]:
    server = DrippingServer()
    yield server
    server.listener.close()


def test_c2_a_key_server_that_drips_is_cut_after_five_seconds_and_holds_one_thread(
    forum: Forum, mallory: RemotePerson, dripping: DrippingServer
) -> None:
    took: list[tuple[int, float]] = []

    def one(number: int) -> None:
        begun = time.monotonic()
        answer = knock(forum, mallory, f"{dripping.base}/users/u{number}#main-key", f"192.0.2.{number}")
        took.append((answer.status_code, time.monotonic() - begun))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in took} == {503}
    assert max(seconds for _, seconds in took) < 7
    assert sum(seconds < 3 for _, seconds in took) >= 23, "nobody waits for a place"
    assert dripping.asked == 1, "one at a time for a registrable domain"


def test_c2_a_domain_that_was_slow_holds_no_thread_for_half_a_minute(
    forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or some dozens of slow servers keep all places taken, and newcomers' keys are never fetched."""
    monkeypatch.setattr(rate_limits, "_SLOW_S", 0.05)
    slow_to_answer("slow.example", "198.51.100.1")
    rate_limits.note_unproven("198.51.100.1")
    for host in ("slow.example", "other.slow.example"):
        with pytest.raises(Busy), rate_limits.key_fetch_slot(host, "198.51.100.1"):
            pass
    with rate_limits.key_fetch_slot("quick.example", "198.51.100.1"):
        pass
    rate_limit.forget()  # tests/foundation/test_rate_limit_of_every_kind.py shows that time does this
    with rate_limits.key_fetch_slot("slow.example", "198.51.100.1"):
        pass


def test_c2_nobody_can_make_a_server_count_as_slow_for_its_own_newcomers(
    forum: Forum, ana: RemotePerson, remote: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names a key at an address of that server that takes long does not stop those who come from it."""
    forum.tell(ana, ana.follow(forum.board()))
    monkeypatch.setattr(rate_limits, "_SLOW_S", 0.05)
    for host in ("honest.example", remote.host):
        slow_to_answer(host, "198.51.100.66")
    rate_limits.note_unproven("198.51.100.66")
    with rate_limits.key_fetch_slot("honest.example", "192.0.2.1"):  # from where nothing unproven came
        pass
    with rate_limits.key_fetch_slot(remote.host, "198.51.100.66"):  # it was met before
        pass


def slow_to_answer(host: str, address: str) -> None:
    with rate_limits.key_fetch_slot(host, address):
        time.sleep(0.1)


def test_c2_at_most_three_threads_of_a_process_fetch_keys(forum: Forum) -> None:
    with ExitStack() as fetching:
        for number in range(outbound_slots.STRANGERS_SLOTS):
            fetching.enter_context(rate_limits.key_fetch_slot(f"h{number}.example", "192.0.2.1"))
        with pytest.raises(Busy), rate_limits.key_fetch_slot("other.example", "192.0.2.1"):
            pass
        with outbound_slots.outbound_slot():
            pass  # somebody who is signed in has a place of their own


def test_c2_a_server_that_was_met_before_is_asked_while_strangers_hold_all_places(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    with ExitStack() as held:
        for number in range(3):
            held.enter_context(rate_limits.key_fetch_slot(f"a{number}.example", f"192.0.2.{number}"))
        with pytest.raises(Busy), rate_limits.key_fetch_slot("other.example", "192.0.2.9"):
            pass
        with rate_limits.key_fetch_slot(remote.host, "192.0.2.10"):
            pass


@pytest.mark.usefixtures("unit")
def test_c2_all_that_a_page_asks_of_others_has_one_deadline() -> None:
    with outbound_slots.outbound_slot(seconds=0.2):
        ceiling = fetch._thread.ceiling
        assert 0 < ceiling - time.monotonic() <= 0.2
    with rate_limits.key_fetch_slot("one.example", ""):
        assert fetch._thread.ceiling - time.monotonic() <= rate_limits.KEY_FETCH_S
    assert fetch._thread.ceiling is None


def test_c2_no_more_than_eight_threads_hold_or_wait_for_a_slot() -> None:
    refused_at_once: list[float] = []
    release = threading.Event()

    def one() -> None:
        begun = time.monotonic()
        try:
            with outbound_slots.outbound_slot():
                release.wait(5)
        except Busy:
            refused_at_once.append(time.monotonic() - begun)

    threads = [threading.Thread(target=one) for _ in range(30)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert len(refused_at_once) == 30 - outbound_slots.SLOTS - outbound_slots.QUEUE_FOR_SLOTS
    assert max(refused_at_once) < 0.4
    release.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("begin", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 60_000 + b"\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: y\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 60_000),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"a"),
    ],
    ids=["drips a head", "head", "100 Continue", "trailers", "chunks", "body", "drips a body"],
)
def test_c2_nothing_endless_costs_more_than_its_deadline_or_a_quarter_second_of_cpu(
    forum: Forum, begin: bytes, drip: bytes
) -> None:
    server = DrippingServer(begin=begin)
    server.drip = drip
    try:
        begun, cpu = time.monotonic(), time.thread_time()
        with fetch.time_limit(1.5), suppress(FetchFailed):
            fetch.get(server.base + "/")
        assert time.monotonic() - begun < 2.5
        assert time.thread_time() - cpu < 0.25
    finally:
        server.listener.close()


def test_h7_1400_unproven_messages_make_us_send_30_requests_and_the_newcomer_is_heard(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    statuses = [
        knock(forum, mallory, f"{remote.base}/users/u{number}#main-key").status_code for number in range(1400)
    ]
    assert len(remote.received) == rate_limits.UNPROVEN.most
    assert set(statuses) == {401, 429}
    answer = forum.post(ana, ana.follow(forum.board()))
    assert answer.status_code == 202, "another address, a key that fits"


def test_h7_a_crowd_of_addresses_uses_up_the_common_part_and_not_the_reserve(
    forum: Forum,
    remote: RemoteServer,
    ana: RemotePerson,
    mallory: RemotePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lower(monkeypatch, rate_limits, "KEY_FETCHES", 20, window_s=3600)
    for number in range(100):
        knock(forum, mallory, f"{remote.base}/users/u{number}", f"198.51.100.{number % 10}")
    assert len(remote.received) <= 20 + 10  # each address is faultless once
    assert forum.post(ana, ana.follow(forum.board())).status_code == 202


def test_h7_one_network_is_one_asker_however_many_addresses_it_has(
    forum: Forum, remote: RemoteServer, mallory: RemotePerson
) -> None:
    for number in range(300):
        knock(forum, mallory, f"{remote.base}/users/u{number}", f"2001:db8:1:{number:x}::1")
    assert len(remote.received) <= 4 * rate_limits.UNPROVEN.most


def test_h7_80_networks_of_one_provider_do_not_lock_out_a_home(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    refused = 0
    for number in range(80):
        try:
            rate_limits.limit_webfinger("home.example", f"2001:db8:1:{number:x}::1")
        except (TooMany, Busy):
            refused += 1
    assert refused >= 80 - 4 * rate_limits.LOOK_UPS_FROM.most
    rate_limits.limit_webfinger("home.example", "203.0.113.5")


@pytest.mark.parametrize("is_home", [True, False])
def test_h7_where_readers_live_a_new_network_has_a_reserve(
    forum: Forum, monkeypatch: pytest.MonkeyPatch, is_home: bool
) -> None:
    monkeypatch.setattr(rate_limits, "_is_home", lambda host: is_home)
    for number in range(rate_limits.LOOK_UPS.most):
        rate_limits.limit_webfinger("www.home.example", f"192.0.2.{number}")
    if not is_home:
        with pytest.raises(Busy):
            rate_limits.limit_webfinger("home.example", "203.0.113.5")
        return
    rate_limits.limit_webfinger("home.example", "203.0.113.5")
    with pytest.raises(Busy):
        rate_limits.limit_webfinger("home.example", "203.0.113.5")  # no longer new


def test_h7_subdomains_are_one_domain(forum: Forum, monkeypatch: pytest.MonkeyPatch) -> None:
    lower(monkeypatch, rate_limits, "INBOUND", 5)
    for number in range(5):
        rate_limits.limit_inbound(f"h{number}.evil.example")
    with pytest.raises(TooMany):
        rate_limits.limit_inbound("h99.evil.example")


def test_h7_a_followed_server_is_heard_when_strangers_under_its_domain_used_up_the_rest(
    forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, rate_limits, "INBOUND", 5)
    monkeypatch.setattr(rate_limits, "_is_followed_from", lambda host: host == "known.shared.example")
    for number in range(5):
        rate_limits.limit_inbound(f"h{number}.shared.example")
    rate_limits.limit_inbound("known.shared.example")
    with pytest.raises(TooMany):
        rate_limits.limit_inbound("h1.shared.example")


def test_h7_authorized_fetch_takes_the_same_road(
    forum: Forum, mallory: RemotePerson, dripping: DrippingServer
) -> None:
    forum.client.application.config["AUTHORIZED_FETCH"] = True
    url = forum.board()
    headers = mallory.sign(url, b"", method="GET")
    headers["Signature"] = headers["Signature"].replace(mallory.key_id, dripping.base + "/u#k")
    begun = time.monotonic()
    answer = forum.client.get("/boards/respite", headers={**headers, "Accept": "application/activity+json"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - begun < 7


def test_h7_a_limit_forgives_an_asker(
    forum: Forum, remote: RemoteServer, mallory: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower(monkeypatch, rate_limits, "UNPROVEN", 2)
    asked = [knock(forum, mallory, f"{remote.base}/users/u{n}").status_code for n in range(4)]
    assert asked == [401, 401, 429, 429]
    rate_limit.forget()  # tests/foundation/test_rate_limit_of_every_kind.py shows that time does this
    caches.clear_all()
    assert knock(forum, mallory, f"{remote.base}/users/u9").status_code == 401
