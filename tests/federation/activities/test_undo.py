"""Undo: only of one's own, and each type knows how it is taken back; what has no type may be of any that allows it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation.activities import undo
from fedconnect.federation.activities.activity_type import (
    ActivityType,
    AnyActivityType,
    Envelope,
    Incoming,
    nothing,
)
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from support.activity_rows import coming

ANA = Person(uri="https://home.example/users/ana", host="home.example")
POST = "https://far.example/1"
NO_SESSION: Any = None  # nothing here reads a row


class Taken:
    """What was taken back: which type's undo was asked, and about what."""

    def __init__(self) -> None:
        self.back: list[tuple[str, str]] = []
        self.opened: list[tuple[str, Envelope]] = []

    def type_of(self, name: str, **values: Any) -> AnyActivityType:
        def apply(session: Session, incoming: Incoming, prepared: Any) -> Result:
            raise AssertionError("an Undo does nothing anew")

        def take(session: Session, incoming: Incoming) -> Result:
            self.back.append((name, incoming.activity.object_uri or incoming.activity.inner_target))
            return Handled(f"{name} undone")

        def open_(session: Session, envelope: Envelope) -> Result:
            self.opened.append((name, envelope))
            return Handled(f"{name} undone there")

        return ActivityType(name, nothing, apply, **{"undo": take, "undo_in_envelope": open_, **values})


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def declared(taken: Taken) -> ActivityType[None]:
    """Undo among four types: two that can be undone by their id alone, one that cannot, one that cannot at all."""
    types = [
        taken.type_of("Like", is_undone_by_id=True, undo_in_envelope=None),
        taken.type_of("Block"),
        taken.type_of("Follow", is_undone_by_id=True),
        taken.type_of("Create", undo=None, undo_in_envelope=None, is_undone_by_id=True),
    ]
    return undo.declare({one.name: one for one in types})


def undoes(declared: ActivityType[None], obj: object, session: Session = NO_SESSION) -> Result:
    return declared.apply(session, coming(ANA, "Undo", obj), None)


@pytest.mark.parametrize(
    "obj",
    [
        "https://evil.example/likes/1",
        "http://home.example/likes/1",
        {"type": "Like", "id": "https://evil.example/likes/1", "object": POST},
        {"type": "Like", "actor": "https://home.example/users/ben", "object": POST},
        {"type": "Like", "actor": {"id": "https://evil.example/users/eve"}, "object": POST},
    ],
)
def test_nobody_takes_back_what_somebody_else_did(
    declared: ActivityType[None], taken: Taken, obj: object
) -> None:
    assert undoes(declared, obj) == Ignored("somebody else's activity")
    assert taken.back == []


@pytest.mark.parametrize(
    "obj", [None, [], {}, {"type": "Like"}, {"type": "Like", "object": "x"}, [POST, POST + "/2"]]
)
def test_an_undo_of_nothing_takes_nothing_back(
    declared: ActivityType[None], taken: Taken, obj: object
) -> None:
    assert undoes(declared, obj) == Ignored("an Undo of nothing")
    assert taken.back == []


def test_what_cannot_be_undone_or_is_not_known_stays(declared: ActivityType[None], taken: Taken) -> None:
    for kind in ("Create", "EmojiReact", "Undo"):
        assert undoes(declared, {"type": kind, "object": POST}) == Ignored(f"Undo of {kind}")
    assert undoes(declared, {"type": "X" * 99, "object": POST}) == Ignored("Undo of " + "X" * 40)
    assert taken.back == []


def test_each_type_knows_itself_how_it_is_taken_back(declared: ActivityType[None], taken: Taken) -> None:
    assert undoes(declared, {"type": "Block", "object": POST}) == Handled("Block undone")
    named = {"type": "Like", "id": f"{ANA.uri}#likes/1", "actor": ANA.uri}
    assert undoes(declared, named) == Handled("Like undone")
    assert taken.back == [("Block", POST), ("Like", f"{ANA.uri}#likes/1")]


@pytest.mark.parametrize(
    "obj", [f"{ANA.uri}#1", {"id": f"{ANA.uri}#1"}, {"id": f"{ANA.uri}#1", "type": {"Like": 1}}]
)
def test_an_id_without_a_type_is_taken_back_by_each_type_that_allows_it(
    session: Session, declared: ActivityType[None], taken: Taken, obj: object
) -> None:
    assert undoes(declared, obj, session) == Handled("undone")
    assert taken.back == [("Like", f"{ANA.uri}#1"), ("Follow", f"{ANA.uri}#1")]


def opened(declared: ActivityType[None], obj: object) -> Result:
    assert declared.in_envelope is not None
    inner = {"type": "Undo", "object": obj}
    incoming = coming(ANA, "Announce", inner)
    return declared.in_envelope(
        NO_SESSION, Envelope(incoming, inner, f"{ANA.uri}#locks/1", Board(slug="respite"))
    )


@pytest.mark.parametrize(
    "obj",
    [
        None,
        f"{ANA.uri}#locks/1",
        [{"type": "Block"}],
        {"object": POST},
        {"type": ["Like"], "object": POST},
        {"type": {"Block": 1}, "object": POST},
        {"type": "Like", "object": POST},
        {"type": "Nothing", "object": POST},
    ],
)
def test_an_undo_in_an_envelope_changes_nothing_where_its_type_does_not_say_how(
    declared: ActivityType[None], taken: Taken, obj: object
) -> None:
    assert opened(declared, obj) == Ignored("an Undo that changes nothing here")
    assert taken.opened == []
    assert taken.back == []


@pytest.mark.parametrize(
    ("about", "target"), [(POST, POST), ({"id": POST}, POST), (None, ""), ([POST], POST), ([POST, POST], "")]
)
def test_an_undo_in_an_envelope_is_about_what_was_done_to_and_not_about_the_deed(
    declared: ActivityType[None], taken: Taken, about: object, target: str
) -> None:
    inner = {"type": "Block", "id": f"{ANA.uri}#locks/1", "object": about}
    assert opened(declared, inner) == Handled("Block undone there")
    ((name, envelope),) = taken.opened
    assert (name, envelope.inner, envelope.target, envelope.board.slug) == ("Block", inner, target, "respite")
