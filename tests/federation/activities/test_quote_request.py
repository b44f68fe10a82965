"""QuoteRequest: a board's public notes may be quoted by who asks for their own post; people answer for themselves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import QuoteAsked
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.quote_approval import QuoteApproval
from support.activity_rows import BOARD, does
from support.forum_rows import count, said
from support.moderation_rows import every
from support.unit import a_person, a_thread

QUOTE = "https://evil.example/quotes/1"
NO_NOTE = Ignored("no note of ours")
NOT_THEIRS = Ignored("the quoting post is not the asker's")


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve", "evil.example")


@pytest.fixture
def note(session: Session, board: Board) -> Post:
    return a_thread(session, board, uri=f"{BOARD}/notes/1")[1]


def asks(session: Session, who: Person, about: object, instrument: object = QUOTE, **fields: str) -> Result:
    return does(session, who, "QuoteRequest", about, instrument=instrument, **fields)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"visibility": Visibility.UNLISTED}, Ignored("not a public note")),
        ({"visibility": Visibility.LOCAL_ONLY}, NO_NOTE),
        ({"state": PostState.HELD}, NO_NOTE),
        ({"state": PostState.REMOVED}, NO_NOTE),
        ({"state": PostState.DELETED}, NO_NOTE),
    ],
)
def test_what_not_everybody_may_see_is_not_quoted(
    session: Session, note: Post, eve: Person, change: dict[str, Any], why: Result
) -> None:
    for name, value in change.items():
        setattr(note, name, value)
    session.flush()
    assert asks(session, eve, note.uri) == why
    assert count(session, QuoteApproval) == 0
    assert said(session, QuoteAsked) == []


def test_peoples_own_posts_and_what_is_not_here_are_not_ours_to_give(
    session: Session, board: Board, eve: Person
) -> None:
    _, theirs = a_thread(session, board, a_person(session))
    for about in (theirs.uri, f"{BOARD}/notes/unknown", BOARD, []):
        assert asks(session, eve, about) == NO_NOTE
    assert count(session, QuoteApproval) == 0


@pytest.mark.parametrize(
    "instrument",
    [
        None,
        "",
        7,
        [],
        [QUOTE],
        {},
        "https://home.example/quotes/1",
        "http://evil.example/quotes/1",
        {"attributedTo": "https://evil.example/users/eve"},
        {"id": QUOTE, "attributedTo": "https://evil.example/users/ben"},
        {"id": "https://home.example/quotes/1", "attributedTo": "https://evil.example/users/eve"},
    ],
)
def test_leave_is_given_for_the_askers_own_post_alone(
    session: Session, note: Post, eve: Person, instrument: object
) -> None:
    assert asks(session, eve, note.uri, instrument) == NOT_THEIRS
    assert count(session, QuoteApproval) == 0


@pytest.mark.parametrize(
    "instrument", [QUOTE, {"id": QUOTE, "attributedTo": "https://evil.example/users/eve"}]
)
def test_leave_is_given_once_and_answered_as_often_as_it_is_asked_for(
    session: Session, board: Board, note: Post, eve: Person, instrument: object
) -> None:
    requests = [f"{eve.uri}#asks/{number}" for number in (1, 2)]
    for request in requests:
        assert asks(session, eve, note.uri, instrument, id=request) == Handled("may quote")
    (stamp,) = every(session, QuoteApproval)
    assert (stamp.board_id, stamp.quoting_uri, stamp.quoted_uri) == (board.id, QUOTE, note.uri)
    assert said(session, QuoteAsked) == [QuoteAsked(stamp.id, eve.id, request) for request in requests]


def test_each_quote_of_each_note_has_a_leave_of_its_own(
    session: Session, board: Board, note: Post, eve: Person
) -> None:
    _, other = a_thread(session, board, uri=f"{BOARD}/notes/2")
    for about, quote in ((note.uri, QUOTE), (other.uri, QUOTE), (note.uri, QUOTE + "/2")):
        asks(session, eve, about, quote)
    stamps = every(session, QuoteApproval)
    assert [(one.quoted_uri, one.quoting_uri) for one in stamps] == [
        (note.uri, QUOTE), (other.uri, QUOTE), (note.uri, QUOTE + "/2")
    ]  # fmt: skip
    assert [one.stamp_id for one in said(session, QuoteAsked)] == [one.id for one in stamps]
