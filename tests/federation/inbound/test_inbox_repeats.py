"""What comes again under a known id: news where it changes something, never what is told once or played back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from fedconnect.activitypub import signing
from fedconnect.activitypub.signatures import Request
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS
from fedconnect.federation.inbound import inbox
from fedconnect.foundation import clock, database
from fedconnect.models.inbound import InboundActivity, InboundState
from support.federation_rows import OtherServers, a_key, actor_document, with_keys
from support.remote import key_number
from support.unit import Unit, a_board, a_person

BASE, BOARD = "https://forum.example", "https://forum.example/boards/respite"
ANA, ASKER = "https://home.example/users/ana", "192.0.2.7"


def signed(kind: str = "Follow", *, half: str = "", **fields: Any) -> Request:
    """A request to the shared inbox, signed by Ana just now; with `half` a character in its summary."""
    known = {"@context": ACTIVITYSTREAMS, "id": f"{ANA}#1", "type": kind, "actor": ANA, "object": BOARD}
    body = json.dumps({**known, "summary": "HALF", **fields}).replace("HALF", half).encode()
    headers = signing.sign(key_number(2), f"{ANA}#main-key", "POST", f"{BASE}/inbox", body)
    return Request("POST", BASE, "/inbox", {name.lower(): value for name, value in headers.items()}, body)


@pytest.fixture(autouse=True)
def ana(unit: Unit, others: OtherServers) -> None:
    with database.transaction() as session:
        a_board(session)
        a_key(session, a_person(session), 2, checked_at=clock.now() - timedelta(hours=1))
    with_keys()
    others.say(ANA, actor_document(ANA, 2))
    unit.jobs.clear()


def rows() -> list[InboundActivity]:
    with database.read_transaction() as session:
        return list(session.scalars(select(InboundActivity)))


def end(state: InboundState = InboundState.HANDLED) -> None:
    with database.transaction() as session:
        session.execute(
            update(InboundActivity).values(state=state, received_at=clock.now() - timedelta(hours=1))
        )


def test_s12_an_old_message_that_somebody_plays_back_is_no_news() -> None:
    replayed = signed()
    inbox.receive(replayed, ASKER)
    end()
    inbox.receive(replayed, ASKER)
    assert [one.state for one in rows()] == [InboundState.HANDLED]


@pytest.mark.parametrize(
    "kind", ["Follow", "Undo", "Update", "Delete", "Lock", "Block", "Like", "Accept", "Add", "Remove", "Move"]
)
def test_what_changes_something_is_news_whatever_its_id(
    unit: Unit, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 08: servers that make ids from the two parties use them again."""
    inbox.receive(signed(kind), ASKER)
    end()
    unit.jobs.clear()
    later = clock.now() + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    inbox.receive(signed(kind), ASKER)
    assert [one.state for one in rows()] == [InboundState.RECEIVED]
    assert unit.jobs == ["inbox"]


def test_what_waits_gives_way_to_what_its_sender_says_now_under_its_id() -> None:
    inbox.receive(signed("Update", summary="first"), ASKER)
    inbox.receive(signed("Update", summary="second"), ASKER)
    assert ["second" in one.body for one in rows()] == [True]


@pytest.mark.parametrize("kind", ["Create", "Announce", "Flag", "QuoteRequest", "SomethingNew"])
def test_what_is_told_once_is_not_told_again_under_its_id(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.receive(signed(kind), ASKER)
    end()
    later = clock.now() + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    inbox.receive(signed(kind, summary="else"), ASKER)
    assert [one.state for one in rows()] == [InboundState.HANDLED]


def test_half_a_character_in_a_message_is_kept_as_the_sign_for_one() -> None:
    """Case 11."""
    inbox.receive(signed(half=r"Ana \udc00"), ASKER)
    (row,) = rows()
    assert json.loads(row.body)["summary"] == "Ana \ufffd"


def test_a_clock_that_is_ahead_does_not_silence_its_own_later_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=50)):
        early = signed()
    inbox.receive(early, ASKER)
    end()
    (row,) = rows()
    assert row.signed_at is not None
    assert row.signed_at <= clock.now()
    later = clock.now() + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    inbox.receive(signed(), ASKER)
    assert [one.state for one in rows()] == [InboundState.RECEIVED]
