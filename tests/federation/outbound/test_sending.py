"""One message on its way: what an answer, or none, means for it and for its server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from fedconnect.activitypub import own_keys
from fedconnect.federation.outbound import delivery
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import AddressRefused, Busy, FetchFailed, NotFound
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.outbound import OutboundActivity
from support.delivery_rows import HOST, INBOX, change, host, one_server, queue, rows
from support.federation_rows import OtherServers, a_delivery, a_follow
from support.unit import a_board, a_person, add

__all__ = ["one_server"]


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
    assert others.asked == [("POST", INBOX)] * (2 if status == 401 else 1)


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


@pytest.mark.parametrize(
    ("error", "state"), [(Busy("database: locked"), "retrying"), (NotFound("no key"), "abandoned")]
)
def test_a_trouble_of_our_own_database_ends_no_message(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def fails(*_: object) -> None:
        raise error

    queue()
    monkeypatch.setattr(own_keys, "signer", fails)
    delivery.drain(HOST)
    assert (rows()[0].state, others.asked) == (state, [])


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


def test_a_wait_that_is_no_number_of_seconds_puts_its_message_off_all_the_same(others: OtherServers) -> None:
    queue()
    others.say(INBOX, b"", 503, retry_after="²")
    delivery.drain(HOST)
    assert (rows()[0].state, rows()[0].lease_until) == ("retrying", None)


@pytest.mark.parametrize(("reads", "tries"), [("Signature-Input", 2), ("Digest", 1), ("", 2)])
def test_a_message_goes_out_once_more_in_the_other_form_where_its_server_reads_that(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch, reads: str, tries: int
) -> None:
    """The very same words, so that whoever had taken them already knows their id; and never a third time."""
    queue(2)
    sent: list[tuple[bytes | None, Mapping[str, str]]] = []

    def answer(
        method: str, url: str, headers: Mapping[str, str], body: bytes | None, *_: object
    ) -> HttpResponse:
        sent.append((body, headers))
        return HttpResponse(202 if reads in headers else 401, {}, b"", url)

    monkeypatch.setattr(fetch, "_request", answer)
    delivery.drain(HOST)
    first = sent[:tries]
    assert len({body for body, _ in first}) == 1
    assert len({headers["Signature"] for _, headers in first}) == tries
    assert all(row.state == ("delivered" if reads else "retrying") for row in rows())
    assert len(sent) == tries + 1


def test_what_tells_who_follows_is_covered_in_both_forms(others: OtherServers) -> None:
    others.say(INBOX, b"", 202)
    change(software="mastodon")
    with database.transaction() as session:
        a_follow(session, a_board(session), a_person(session))
        sent = OutboundActivity(uri="https://forum.example/#a", actor="board:respite", kind="Announce", body="{}",
                                object_uri="a", created_at=clock.now())  # fmt: skip
        a_delivery(session, activity=add(session, sent), object_uri="a")
    assert delivery.drain(HOST) == 1
    assert "collection-synchronization" in others.sent[0][1]["Signature-Input"]
