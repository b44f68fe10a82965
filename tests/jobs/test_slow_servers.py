"""Servers that answer slowly hold up themselves and nobody else, and get each message once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from fedconnect.federation.outbound import delivery, send_outcome, sending
from fedconnect.federation.outbound.delivery_kind import DELIVERIES
from fedconnect.foundation import database
from fedconnect.foundation.ids import new_id
from fedconnect.jobs import delivery as delivery_job
from fedconnect.jobs import inbox as inbox_job
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.sluggish import SluggishServer

MESSAGES = 4
ANSWERS_AFTER_S = 1.2


@pytest.fixture
def slow() -> Iterator[list[SluggishServer]]:
    servers = [SluggishServer(f"127.0.0.{n}", inbox_s=ANSWERS_AFTER_S) for n in (11, 12)]
    yield servers
    for server in servers:
        server.close()


def queue_messages(hosts: dict[str, str], count: int) -> None:
    from fedconnect.foundation import clock

    with database.transaction() as session:
        for host, inbox in hosts.items():
            session.add(Instance(host=host))
            for number in range(count):
                activity_id, now = new_id(), clock.now()
                session.add(
                    OutboundActivity(
                        id=activity_id, uri=f"https://forum.example/{host}/{number}", actor="board:respite",
                        kind="Accept", object_uri=f"{host}{number}", created_at=now,
                        body=f'{{"type": "Accept", "id": "https://forum.example/{host}/{number}"}}',
                    )
                )  # fmt: skip
                session.flush()
                session.add(
                    Delivery(
                        activity_id=activity_id, inbox=inbox, host=host, object_uri=f"{host}{number}", due_at=now,
                        created_at=now,
                    )
                )  # fmt: skip


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def test_c4_healthy_servers_hear_while_slow_ones_take_their_time(
    forum: Forum, remote: RemoteServer, slow: list[SluggishServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_outcome, "SLOW_S", 0.5)
    queue_messages({server.host: server.base + "/inbox" for server in slow}, MESSAGES)
    job = threading.Thread(target=delivery_job.run)
    job.start()
    assert within(5, lambda: all(server.deliveries for server in slow)), "they are being sent to"
    queue_messages({remote.host: remote.base + "/inbox"}, MESSAGES)
    assert within(3, lambda: len(remote.deliveries) == MESSAGES), "and the healthy one is not kept waiting"
    job.join(timeout=60)
    for server in slow:
        told = Counter(one["id"] for one in server.deliveries)
        assert len(told) == MESSAGES
        assert set(told.values()) == {1}, "each message once"
        (instance,) = forum.rows(Instance, Instance.host == server.host)
        assert instance.strikes == MESSAGES
    assert {row.state for row in forum.rows(Delivery)} == {DeliveryState.DELIVERED}


def test_c4_the_lease_outlasts_a_batch_of_the_slowest_server() -> None:
    from fedconnect.foundation import fetch

    assert DELIVERIES.lease.total_seconds() > 2 * fetch.TOTAL_S, "it is renewed after each message"


def test_c4_each_outcome_is_written_before_the_next_message_is_sent(
    forum: Forum, remote: RemoteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_messages({remote.host: remote.base + "/inbox"}, MESSAGES)
    delivered: list[int] = []
    send = sending.send

    def count(claimed: object) -> object:
        delivered.append(len(forum.rows(Delivery, Delivery.state == DeliveryState.DELIVERED)))
        return send(claimed)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "send", count)
    delivery.drain(remote.host)
    assert delivered == list(range(MESSAGES))


def test_c4_a_slow_host_goes_last_and_a_quick_answer_forgives(
    forum: Forum, remote: RemoteServer, slow: list[SluggishServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_outcome, "SLOW_S", 0.5)
    host = slow[0].host
    queue_messages({host: slow[0].base + "/inbox", remote.host: remote.base + "/inbox"}, 3)
    assert [name for name, _ in delivery.due_hosts()] == [host, remote.host]
    delivery.drain(host)
    assert delivery.due_hosts() == [(remote.host, False), (host, True)]
    slow[0].inbox_s = 0
    delivery.drain(host)
    (instance,) = forum.rows(Instance, Instance.host == host)
    assert instance.strikes == 0


def test_an_activity_that_needs_a_slow_server_holds_up_nobody_elses(
    forum: Forum, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = SluggishServer("127.0.0.13")
    people = [crowd.person(f"p{number}", key=3) for number in range(5)]
    for person in people:
        assert forum.post(person, person.create(person.note("From afar", forum.board()))).status_code == 202
    crowd.page_s = ANSWERS_AFTER_S
    monkeypatch.setattr(
        "fedconnect.activitypub.remote_actors.is_stale", lambda person: person.host == crowd.host
    )
    job = threading.Thread(target=inbox_job.run)
    job.start()
    time.sleep(0.3)
    assert forum.post(ana, ana.create(ana.note("From here", forum.board()))).status_code == 202
    assert within(3, lambda: "From here" in forum.titles())
    assert forum.titles().count("From afar") < len(people), "while those of the slow server still come"
    job.join(timeout=60)
    assert forum.titles().count("From afar") == len(people)
    crowd.close()
