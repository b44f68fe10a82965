"""What lies in our own inbox unhandled: only what a post's own server sent, and what waits for nothing first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.backfill.unhandled_activities import Unhandled, find_unhandled
from fedconnect.foundation import clock
from fedconnect.models.inbound import InboundActivity, InboundState
from support.federation_rows import a_received

POST, TOP = "https://far.example/posts/1", "https://top.example/0"
FAY, EVE = "https://far.example/users/fay", "https://evil.example/users/eve"


def lies_here(session: Session, actor: str = FAY, kind: str = "Create", **values: Any) -> InboundActivity:
    return a_received(session, actor, {"id": POST}, kind, **values)


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ({"state": InboundState.HANDLED}, False),
        ({"state": InboundState.IGNORED}, False),
        ({"state": InboundState.FAILED}, False),
        ({"kind": "Like"}, False),
        ({"kind": "Announce"}, False),
        ({"kind": "Delete"}, False),
        ({"actor": EVE}, False),
        ({"actor": "http://far.example/users/x"}, False),
        ({"actor": "https://far.example:8443/users/x"}, False),
        ({"object_uri": POST + "/2"}, False),
        ({"kind": "Update"}, True),
        ({"actor": "https://far.example/users/anybody"}, True),
        ({"state": InboundState.WAITING, "waits_for": TOP}, True),
        ({}, True),
    ],
)
def test_only_a_post_from_its_own_server_that_is_not_handled_lies_in_the_inbox(
    session: Session, values: dict[str, Any], is_found: bool
) -> None:
    lies_here(session, **values)
    assert (find_unhandled(session, POST) is not None) is is_found


def test_of_two_rows_of_one_post_the_one_that_waits_for_nothing_counts(session: Session) -> None:
    lies_here(session, state=InboundState.WAITING, waits_for=TOP)
    received = lies_here(session)
    lies_here(session, state=InboundState.WAITING, waits_for=TOP)
    assert find_unhandled(session, POST) == Unhandled(received.id, InboundState.RECEIVED, None)


def test_what_waits_says_for_what(session: Session) -> None:
    row = lies_here(session, state=InboundState.WAITING, waits_for=TOP)
    assert find_unhandled(session, POST) == Unhandled(row.id, InboundState.WAITING, TOP)


def test_what_strangers_send_of_a_post_does_not_hide_that_its_own_server_sent_it(session: Session) -> None:
    for number in range(19):
        lies_here(session, f"{EVE}{number}")
    own = lies_here(session)
    found = find_unhandled(session, POST)
    assert found is not None
    assert found.inbound_id == own.id


def test_what_will_be_tried_again_later_lies_here_all_the_same(session: Session) -> None:
    row = lies_here(session, due_at=clock.now() + timedelta(hours=6), attempts=4)
    assert find_unhandled(session, POST) == Unhandled(row.id, InboundState.RECEIVED, None)
