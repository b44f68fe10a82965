"""A received activity as a durable row: how it came is read from its row, and it is tried in bounded time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.foundation.errors import Malformed
from fedconnect.models.inbound import InboundState, Proof
from fedconnect.models.post import Arrival
from support.federation_rows import a_received

ANA, NOTE = "https://home.example/users/ana", "https://home.example/posts/1"
SISTER = "https://group.example/c/crafts"


@pytest.mark.parametrize(
    "body", ["", "no json", "{}", '{"type": "Create"}', '{"type": "Create", "id": 7, "actor": []}']
)
def test_what_is_no_activity_is_not_worked_on(session: Session, body: str) -> None:
    row = a_received(session, ANA, NOTE, body=body)
    with pytest.raises((Malformed, ValueError)):
        RECEIVED.decode(row)


@pytest.mark.parametrize(
    ("proof", "linked_group", "arrival"),
    [
        (Proof.SIGNED, "", Arrival.SENT),
        (Proof.FETCHED, "", Arrival.FETCHED),
        (Proof.HOME_API, "", Arrival.HOME_API),
        (Proof.FETCHED, SISTER, Arrival.LINKED_GROUP),
        (Proof.HOME_API, SISTER, Arrival.LINKED_GROUP),
        (Proof.SIGNED, SISTER, Arrival.LINKED_GROUP),
    ],
)
def test_what_a_sister_brought_came_through_her_whatever_proves_it(
    session: Session, proof: Proof, linked_group: str, arrival: Arrival
) -> None:
    row = a_received(session, ANA, NOTE, proof=proof, linked_group_uri=linked_group)
    assert RECEIVED.decode(row).arrival is arrival


def test_each_column_comes_in_its_own_place(session: Session) -> None:
    row = a_received(
        session, ANA, NOTE, "Like", cause="budget:1", for_board="respite", linked_group_uri=SISTER,
        replies_to_uri="https://far.example/7", stands_alone=True, waits_for="https://far.example/parent",
    )  # fmt: skip
    found = RECEIVED.decode(row)
    assert (found.id, found.received_at, json.loads(found.body)["object"]) == (row.id, row.received_at, NOTE)
    assert (found.activity.kind, found.activity.actor) == ("Like", ANA)
    assert (found.cause, found.for_board, found.linked_group_uri) == ("budget:1", "respite", SISTER)
    assert found.replies_to_uri == "https://far.example/7"
    assert found.stands_alone
    assert found.has_waited


def test_what_nothing_is_said_of_stands_in_line_like_all_others(session: Session) -> None:
    found = RECEIVED.decode(a_received(session, ANA, NOTE))
    assert not found.stands_alone
    assert not found.has_waited
    assert (found.cause, found.for_board, found.replies_to_uri) == ("", "", "")


def test_what_waited_for_an_empty_address_has_waited(session: Session) -> None:
    assert RECEIVED.decode(a_received(session, ANA, NOTE, waits_for="")).has_waited


def test_an_end_is_never_taken_up_again_and_what_waits_is(session: Session) -> None:
    assert set(RECEIVED.open) == {InboundState.RECEIVED, InboundState.WAITING}
    assert not {RECEIVED.done, RECEIVED.failed} & set(RECEIVED.open)


def test_it_rests_longer_each_time_and_never_more_than_a_quarter_of_an_hour(session: Session) -> None:
    rests = [RECEIVED.backoff.wait(attempt) for attempt in range(1, RECEIVED.most_attempts + 3)]
    assert rests[:4] == [timedelta(seconds=seconds) for seconds in (15, 60, 240, 960)]
    assert set(rests[3:]) == {timedelta(minutes=16)}
    assert sum(rests[: RECEIVED.most_attempts - 1], timedelta()) < timedelta(minutes=30)
