"""Deliveries: what an answer says of one message and of its server, whose turn it is, and what goes before what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from fedconnect.federation.outbound import delivery
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from support.federation_rows import OtherServers, a_delivery, a_follow, an_instance, with_keys
from support.unit import Unit, a_board, a_person, add

HOST, INBOX = "home.example", "https://home.example/inbox"


@pytest.fixture(autouse=True)
def one_server(unit: Unit) -> None:
    with_keys("instance", "board:respite")
    with database.transaction() as session:
        an_instance(session, HOST)


def queue(number: int = 1, **values: Any) -> None:
    with database.transaction() as session:
        for _ in range(number):
            a_delivery(session, **values)


def rows() -> list[Delivery]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def host() -> Instance:
    with database.read_transaction() as session:
        return session.scalars(select(Instance).where(Instance.host == HOST)).one()


def change(**values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(Instance).where(Instance.host == HOST).values(**values))


@pytest.mark.parametrize(
    ("status", "state", "rests"),
    [
        (200, "delivered", False), (202, "delivered", False), (299, "delivered", False), (300, "abandoned", False),
        (302, "abandoned", False), (400, "abandoned", False), (401, "retrying", False), (403, "abandoned", False),
        (404, "abandoned", False), (408, "retrying", False), (410, "abandoned", False), (429, "retrying", True),
        (499, "abandoned", False), (500, "retrying", True), (501, "abandoned", False), (502, "retrying", True),
        (503, "retrying", True),
    ],
)  # fmt: skip
def test_what_an_answer_says_of_a_message_and_of_its_server(
    others: OtherServers, status: int, state: str, rests: bool
) -> None:
    queue()
    others.say(INBOX, b"", status, location="https://evil.example/")
    delivery.drain(HOST)
    (row,) = rows()
    assert (row.state, row.outcome) == (state, str(status))
    assert (host().paused_until is not None) is rests
    assert others.asked == [("POST", INBOX)]


@pytest.mark.parametrize(
    ("error", "state", "rests"),
    [(FetchFailed("timeout"), "retrying", True), (AddressRefused("private"), "abandoned", False), (OSError(), "retrying", False)],
)  # fmt: skip
def test_no_answer_is_tried_again_and_an_address_that_may_not_be_reached_is_not(
    others: OtherServers, error: Exception, state: str, rests: bool
) -> None:
    queue()
    others.fail(INBOX, error)
    delivery.drain(HOST)
    assert rows()[0].state == state
    assert (host().paused_until is not None) is rests


@pytest.mark.parametrize(("hours", "state"), [(7 * 24 - 1, "retrying"), (7 * 24 + 1, "abandoned")])
def test_a_message_is_tried_for_seven_days(others: OtherServers, hours: int, state: str) -> None:
    queue(created_at=clock.now() - timedelta(hours=hours))
    others.say(INBOX, b"", 503)
    delivery.drain(HOST)
    assert rows()[0].state == state


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("", 0), ("0", 0), ("120", 120), ("21600", 21_600), ("21601", 21_600), ("99999999", 21_600), ("999999999", 0),
     ("-5", 0), ("1.5", 0), ("Mon, 10 Aug 2026 09:15:30 GMT", 0)],
)  # fmt: skip
def test_a_server_may_ask_for_six_hours_at_most(others: OtherServers, header: str, seconds: int) -> None:
    queue()
    others.say(INBOX, b"", 429, retry_after=header)
    before = clock.now()
    delivery.drain(HOST)
    pause = host().paused_until
    assert pause is not None
    waits_s = (pause - before).total_seconds()
    assert max(seconds, 15 * 0.75) <= waits_s <= max(seconds, 15 * 1.25) + 5
    assert rows()[0].due_at >= before + timedelta(seconds=seconds)
    assert rows()[0].state == "retrying"


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


@pytest.mark.parametrize(
    ("bad_days", "last_bad_day", "after"),
    [(0, None, 1), (3, "2020-01-01", 4), (6, "today", 6), (6, "2020-01-01", 7)],
)
def test_bad_days_are_counted_once_a_day_and_the_seventh_is_followed_by_twelve_hours(
    others: OtherServers, bad_days: int, last_bad_day: str | None, after: int
) -> None:
    change(
        bad_days=bad_days, last_bad_day=f"{clock.now():%Y-%m-%d}" if last_bad_day == "today" else last_bad_day
    )
    queue()
    others.say(INBOX, b"", 500)
    before = clock.now()
    delivery.drain(HOST)
    found = host()
    assert (found.bad_days, found.failures, found.strikes) == (after, 1, 1)
    assert found.paused_until is not None
    assert (found.paused_until - before >= timedelta(hours=12)) is (after >= 7)


def test_a_server_that_answers_quickly_forgets_its_bad_days_and_one_strike(others: OtherServers) -> None:
    change(failures=9, bad_days=8, strikes=5, paused_until=clock.now() - timedelta(seconds=1))
    queue()
    others.say(INBOX, b"", 202)
    delivery.drain(HOST)
    found = host()
    assert (found.failures, found.bad_days, found.strikes, found.paused_until) == (0, 0, 4, None)


def test_a_slow_server_gets_a_strike_up_to_five_and_its_lane_is_left(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLOW_S", -1.0)
    others.say(INBOX, b"", 202)
    queue(2)
    assert delivery.drain(HOST) == 1
    assert (host().strikes, host().paused_until) == (1, None)
    change(strikes=5)
    assert delivery.drain(HOST) == 1
    assert host().strikes == 5


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


def test_only_what_goes_to_a_boards_followers_tells_who_they_are(others: OtherServers) -> None:
    others.say(INBOX, b"", 202)
    with database.transaction() as session:
        a_follow(session, a_board(session), a_person(session))
        for kind, actor in (
            ("Announce", "board:respite"),
            ("Accept", "board:respite"),
            ("Announce", "instance"),
        ):
            sent = OutboundActivity(uri=f"https://forum.example/#{kind}{actor}", actor=actor, kind=kind, body="{}",
                                    object_uri=kind, created_at=clock.now())  # fmt: skip
            a_delivery(session, activity=add(session, sent), object_uri=f"{kind}{actor}")
    assert delivery.drain(HOST) == 3
    told = ["Collection-Synchronization" in headers for _, headers, _ in others.sent]
    assert told == [True, False, False]
    assert all("collection-synchronization" in h["Signature"] for _, h, _ in others.sent[:1])


def test_a_message_whose_words_are_gone_fails_alone(others: OtherServers) -> None:
    others.say(INBOX, b"", 202)
    queue(2)
    with database.transaction() as session:
        session.execute(
            update(OutboundActivity).where(OutboundActivity.id == rows()[0].activity_id).values(body="")
        )
    assert delivery.drain(HOST) == 1
    assert [row.state for row in rows()] == ["abandoned", "delivered"]


@pytest.mark.parametrize("header", ["²", "١٢", "12.5", "-1", "1" * 5000, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_is_no_number_of_seconds_is_none_and_its_message_is_put_off_all_the_same(
    others: OtherServers, header: str
) -> None:
    queue()
    others.say(INBOX, b"", 503, retry_after=header)
    delivery.drain(HOST)
    assert (rows()[0].state, rows()[0].lease_until) == ("retrying", None)
    assert delivery._retry_after_s(header) == 0
