"""Lanes: a server in trouble holds up nobody else, and nothing is lost or sent out of order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from fedconnect.federation.outbound import delivery
from fedconnect.federation.outbound.delivery_kind import DELIVERIES
from fedconnect.foundation import database, durable
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def rows_of(forum: Forum, server: RemoteServer) -> list[Delivery]:
    return forum.rows(Delivery, Delivery.host == server.host)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_r14_a_host_in_trouble_rests_and_others_do_not(
    forum: Forum,
    remote: RemoteServer,
    other_remote: RemoteServer,
    ana: RemotePerson,
    mallory: RemotePerson,
    status: int,
) -> None:
    remote.inbox_status = status
    for person in (ana, mallory):
        forum.tell(person, person.follow(forum.board()), person.follow(forum.board("benefits")))
    forum.deliver()
    assert len(other_remote.delivered("Accept")) == 2
    assert len(remote.deliveries) == 1  # asked once, not once for each row
    assert {row.state for row in rows_of(forum, remote)} == {"retrying", "queued"}
    assert delivery.due_hosts() == []


def test_r14_a_host_that_comes_back_gets_everything_in_order(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.inbox_status = 503
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.follow(forum.board()), ana.create(note))
    forum.deliver()
    forum.tell(ana, ana.delete(note["id"]))
    remote.inbox_status = 202
    remote.received.clear()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        if not forum.settings.is_sqlite:
            _let_time_pass()
        forum.deliver()
    kinds = [one["type"] for one in remote.deliveries]
    assert kinds.count("Accept") == 1
    assert "Announce" not in kinds or kinds.index("Announce") < kinds.index("Undo")
    assert {row.state for row in rows_of(forum, remote)} == {"delivered"}


def test_a_host_that_was_away_hears_of_a_post_that_is_gone_only_that_it_is_gone(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    forum.tell(mallory, mallory.follow(forum.board()))
    forum.deliver()
    other_remote.inbox_status = 503
    note = ana.note("Where somebody lives", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    (tried,) = other_remote.delivered("Announce")
    forum.tell(ana, ana.delete(note["id"]))
    other_remote.inbox_status = 202
    other_remote.received.clear()
    forum.hurry()
    forum.deliver()
    (undo,) = other_remote.deliveries
    assert (undo["type"], undo["object"]["id"]) == ("Undo", tried["id"]), "it may have arrived all the same"
    assert {row.state for row in rows_of(forum, other_remote)} == {"delivered", "abandoned"}


def _let_time_pass() -> None:
    """PostgreSQL has a clock of its own, which the lanes go by; so their times are moved instead."""
    past = datetime.now(UTC) - timedelta(days=1)
    with database.transaction() as session:
        session.execute(update(Instance).values(paused_until=past))
        session.execute(update(Delivery).values(due_at=past))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, "abandoned"),
        (403, "abandoned"),
        (404, "abandoned"),
        (410, "abandoned"),
        (301, "abandoned"),
        (401, "retrying"),
        (408, "retrying"),
    ],
)
def test_r14_what_one_message_is_answered_concerns_that_message_alone(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, status: int, state: str
) -> None:
    remote.inbox_status = status
    forum.tell(ana, ana.follow(forum.board()), ana.follow(forum.board("benefits")))
    forum.deliver()
    # a 401 may mean the form of the signature: one of the two goes out once more, in the other form
    assert len(remote.deliveries) == (3 if status == 401 else 2)
    assert len({one["id"] for one in remote.deliveries}) == 2
    assert {row.state for row in rows_of(forum, remote)} == {state}


def test_a_host_that_asks_for_time_gets_it(forum: Forum, remote: RemoteServer, ana: RemotePerson) -> None:
    remote.inbox_status, remote.inbox_headers = 429, {"Retry-After": "3600"}
    forum.tell(ana, ana.follow(forum.board()))
    forum.deliver()
    (instance,) = forum.rows(Instance, Instance.host == remote.host)
    assert instance.paused_until > datetime.now(UTC) + timedelta(minutes=55)


def test_the_pauses_grow_and_end_at_twelve_hours() -> None:
    for attempt, seconds in ((1, 15), (2, 60), (3, 300), (6, 21_600), (7, 43_200), (50, 43_200)):
        pause_s = DELIVERIES.backoff.wait(attempt).total_seconds()
        assert seconds * 0.75 <= pause_s <= seconds * 1.25


def test_after_seven_days_a_delivery_is_abandoned(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.inbox_status = 503
    forum.tell(ana, ana.follow(forum.board()))
    with database.transaction() as session:
        session.execute(update(Delivery).values(created_at=datetime.now(UTC) - timedelta(days=8)))
    forum.deliver()
    assert [row.state for row in rows_of(forum, remote)] == ["abandoned"]


def test_accepts_go_before_announcements(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    forum.tell(ana, *(ana.create(ana.note(f"Thread {n}", forum.board())) for n in range(5)))
    forum.tell(ben, ben.follow(forum.board()))
    forum.deliver()
    assert remote.deliveries[0]["type"] == "Accept"


def test_a_lane_that_another_worker_holds_is_left_alone(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    assert len(durable.claim(DELIVERIES)) == 1  # and another worker is at it
    forum.tell(ana, ana.follow(forum.board("benefits")))
    assert delivery.due_hosts() == []
    assert delivery.drain(remote.host) == 0
    assert remote.deliveries == []


def test_every_delivery_is_signed_by_its_board_and_every_fetch_by_the_instance(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.deliver()
    (post,) = [one for one in remote.received if one.method == "POST"]
    assert f'keyId="{forum.board()}#main-key"' in post.headers["signature"]
    for get in (one for one in remote.received if one.method == "GET" and "/.well-known/" not in one.path):
        assert 'keyId="https://forum.example/actor#main-key"' in get.headers["signature"]
