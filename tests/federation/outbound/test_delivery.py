"""Deliveries: what an answer says of one message and of its server, whose turn it is, and what goes before what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from fedconnect.federation.outbound import delivery
from fedconnect.foundation import clock, database
from fedconnect.models.instance import Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from support.delivery_rows import HOST, INBOX, change, host, one_server, queue, rows
from support.federation_rows import OtherServers, a_delivery, an_instance

__all__ = ["one_server"]


def test_a_server_in_trouble_holds_up_its_own_messages_uncounted(others: OtherServers) -> None:
    queue(3)
    others.say(INBOX, b"", 503)
    assert delivery.drain(HOST) == 0
    assert len(others.asked) == 1
    assert [(row.state, row.attempts, row.token) for row in rows()] == [
        ("retrying", 1, None), ("queued", 0, None), ("queued", 0, None)
    ]  # fmt: skip
    assert delivery.due_hosts() == []


def test_a_message_that_is_refused_does_not_hold_up_the_next(others: OtherServers) -> None:
    queue(1, inbox="https://home.example/users/gone/inbox")
    queue(1)
    others.say("https://home.example/users/gone/inbox", b"", 404)
    others.say(INBOX, b"", 202)
    assert delivery.drain(HOST) == 1
    assert [row.state for row in rows()] == ["abandoned", "delivered"]


def test_about_one_thing_to_one_inbox_the_earlier_goes_first_even_while_it_waits(
    others: OtherServers,
) -> None:
    later = clock.now() + timedelta(hours=1)
    queue(object_uri="https://home.example/1", state=DeliveryState.RETRYING, due_at=later)
    queue(object_uri="https://home.example/1", urgent=True)
    queue(object_uri="https://home.example/2")
    queue(object_uri="https://home.example/1", inbox="https://home.example/other")
    for url in (INBOX, "https://home.example/other"):
        others.say(url, b"", 202)
    assert delivery.drain(HOST) == 2
    assert [row.state for row in rows()] == ["retrying", "queued", "delivered", "delivered"]


def test_what_is_urgent_goes_before_what_came_earlier(others: OtherServers) -> None:
    inboxes = [f"https://home.example/{number}" for number in range(7)]
    for number, inbox in enumerate(inboxes):
        queue(inbox=inbox, urgent=number == 6)
        others.say(inbox, b"", 202)
    assert delivery.drain(HOST) == 7
    assert [url for _, url in others.asked] == [inboxes[6], *inboxes[:6]]


@pytest.mark.parametrize(
    ("values", "is_due"),
    [
        ({"policy": Policy.LIMITED}, True),
        ({"policy": Policy.BLOCKED}, False),
        ({"paused_until": clock.now() + timedelta(hours=1)}, False),
        ({"paused_until": clock.now() - timedelta(hours=1)}, True),
    ],
)
def test_a_blocked_or_resting_server_is_nobodys_turn(values: dict[str, Any], is_due: bool) -> None:
    queue()
    change(**values)
    assert delivery.due_hosts() == ([(HOST, False)] if is_due else [])


def test_servers_that_were_slow_go_last_and_those_at_work_or_without_anything_due_not_at_all() -> None:
    with database.transaction() as session:
        for name, strikes in (("slow", 1), ("quick", 0), ("held", 0), ("done", 0), ("later", 0)):
            an_instance(session, f"{name}.example", strikes=strikes)
        later = clock.now() + timedelta(hours=1)
        a_delivery(session, "https://slow.example/inbox")
        a_delivery(session, "https://quick.example/inbox")
        a_delivery(session, "https://held.example/inbox", lease_until=later, token="t")
        a_delivery(session, "https://held.example/other")
        a_delivery(session, "https://done.example/inbox", state=DeliveryState.DELIVERED)
        a_delivery(session, "https://later.example/inbox", due_at=later)
    assert delivery.due_hosts() == [("quick.example", False), ("slow.example", True)]
    assert delivery.due_hosts(1) == [("quick.example", False)]
    assert delivery.due_hosts(but=["quick.example"]) == [("slow.example", True)]


def test_a_message_whose_words_are_gone_fails_alone(others: OtherServers) -> None:
    others.say(INBOX, b"", 202)
    queue(2)
    with database.transaction() as session:
        session.execute(
            update(OutboundActivity).where(OutboundActivity.id == rows()[0].activity_id).values(body="")
        )
    assert delivery.drain(HOST) == 1
    assert [row.state for row in rows()] == ["abandoned", "delivered"]


@pytest.mark.parametrize(("status", "rests"), [(429, True), (202, False)])
def test_what_was_sent_is_written_down_though_another_of_its_batch_was_withdrawn_meanwhile(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch, status: int, rests: bool
) -> None:
    queue(3)
    others.say(INBOX, b"", status)
    send = delivery.sending.send

    def send_and_lose_another(claimed: Any) -> Any:
        outcome = send(claimed)
        second = rows()[1].id
        with database.transaction() as session:
            lost = update(Delivery).where(Delivery.id == second)
            session.execute(lost.values(state=DeliveryState.ABANDONED, token=None, lease_until=None))
        return outcome

    monkeypatch.setattr(delivery.sending, "send", send_and_lose_another)
    delivery.drain(HOST)
    first, second, third = rows()
    assert first.state == ("retrying" if rests else "delivered"), "it is not sent again"
    assert (second.state, third.state, third.token) == ("abandoned", "queued", None)
    assert (host().paused_until is not None) is rests
