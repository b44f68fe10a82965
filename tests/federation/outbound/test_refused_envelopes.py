"""A server's no to an envelope ends what waits to go there, and nobody else's word does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.federation import render
from fedconnect.federation.outbound import outbox
from fedconnect.federation.outbound.refused_envelopes import refuse
from fedconnect.models.outbound import Delivery, DeliveryState
from fedconnect.models.person import Person
from support.unit import a_board, a_person

ABOUT, OURS = "https://home.example/posts/1", "https://forum.example/services/moderators#decisions/7"
NODEBB, LEMMY = "https://nodebb.example/inbox", "https://lemmy.example/inbox"
INNER: dict[str, Any] = {
    "id": OURS,
    "type": "Update",
    "actor": "https://forum.example/services/moderators",
    "object": ABOUT,
}


@pytest.fixture
def server(session: Session) -> Person:
    return a_person(
        session, "forum", "nodebb.example", uri="https://nodebb.example/actor", kind="Application"
    )


def sent(session: Session, *inners: dict[str, Any]) -> None:
    board = a_board(session)
    for inner in inners:
        document = render.envelope(board, {"id": "https://x.example/1", **inner}, str(inner))
        document["object"] = inner
        outbox.send(session, board, document, ABOUT, [NODEBB, LEMMY], urgent=False)
    session.execute(update(Delivery).values(attempts=1))


def given_up(session: Session) -> list[str]:
    left = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.ABANDONED))
    return [one.inbox for one in left]


def test_nobody_but_the_server_itself_says_what_it_takes(session: Session, server: Person) -> None:
    sent(session, INNER)
    for who in (
        a_person(session, "eve", "nodebb.example"),
        a_person(session, "bot", "nodebb.example", kind="Application"),
        a_person(session, "them", "evil.example", uri="https://evil.example/actor", kind="Application"),
    ):
        assert not refuse(session, who, {"type": "Announce", "object": INNER})
    assert given_up(session) == []


@pytest.mark.parametrize("told", [{}, {"object": ABOUT}, {"object": {"type": "Lock", "id": OURS, "object": ABOUT}},
                                  {"object": {**INNER, "id": OURS + "8"}}, {"object": {**INNER, "object": "https://home.example/2"}}])  # fmt: skip
def test_a_no_to_something_else_ends_nothing(session: Session, server: Person, told: dict[str, Any]) -> None:
    sent(session, INNER)
    assert not refuse(session, server, {"type": "Announce", **told})
    assert given_up(session) == []


@pytest.mark.parametrize("inner", [INNER, {key: value for key, value in INNER.items() if key != "id"}])
def test_what_a_server_refuses_is_sent_there_no_more_and_elsewhere_all_the_same(
    session: Session, server: Person, inner: dict[str, Any]
) -> None:
    sent(session, inner, {**inner, "type": "Lock"})
    assert refuse(
        session,
        server,
        {"type": "Announce", "target": "https://forum.example/boards/respite", "object": inner},
    )
    assert given_up(session) == [NODEBB]


def test_what_was_never_sent_was_not_refused_and_what_takes_words_back_is_never_given_up(
    session: Session, server: Person
) -> None:
    gone = {**INNER, "type": "Delete"}
    sent(session, INNER, gone)
    session.execute(update(Delivery).values(attempts=0))
    assert not refuse(session, server, {"type": "Announce", "object": INNER})
    session.execute(update(Delivery).values(attempts=1))
    assert not refuse(session, server, {"type": "Announce", "object": gone})
    assert given_up(session) == []
