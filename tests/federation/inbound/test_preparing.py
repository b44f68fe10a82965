"""What is prepared before a transaction."""

from __future__ import annotations

import pytest

from fedconnect.federation.activities.result import Ignored
from fedconnect.models.post import Arrival
from support.federation_rows import (
    OtherServers,
    an_activity,
    note_document,
)
from support.received_rows import ANA, BOARD, FAR, HERE, NEW, create, home, prepare

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")


def test_an_embedded_post_that_is_not_the_signers_is_asked_for_at_its_origin_on_the_signers_server_alone(
    others: OtherServers,
) -> None:
    others.say(NEW, note_document(NEW, ANA, content="<p>True</p>", cc=[BOARD]))
    forged = note_document(NEW, "https://home.example/users/ben", content="<p>Forged</p>")
    prepared = prepare(create(forged))
    assert prepared.incoming.note is not None
    assert prepared.incoming.note.html == "<p>True</p>"
    asked = len(others.asked)
    elsewhere = prepare(create(note_document(FAR, "https://far.example/users/fay", cc=[BOARD])))
    assert elsewhere.incoming.note is None
    assert len(others.asked) == asked


def test_an_unknown_type_ends_without_a_handler() -> None:
    assert prepare(an_activity("EmojiReact", ANA, HERE)).ends == Ignored("no handler for this type")


def test_a_post_that_names_nobody_is_addressed_as_its_activity_is() -> None:
    bare = {name: value for name, value in note_document(NEW, ANA).items() if name not in {"to", "cc"}}
    note = prepare(an_activity("Create", ANA, bare, to=["as:Public"], cc=[BOARD], audience=FAR)).incoming.note
    assert note is not None
    assert (note.is_public, note.cc) == (True, (BOARD, FAR))
    own = prepare(an_activity("Create", ANA, {**bare, "to": [BOARD]}, to=["as:Public"])).incoming.note
    assert own is not None
    assert (own.to, own.is_public) == ((BOARD,), False), "what a post says itself is never widened"


def test_a_post_that_answers_several_joins_the_one_that_stands_here() -> None:
    """Case 25: WordPress."""
    several = ["https://elsewhere.example/notes/9", {"id": HERE}, FAR]
    note = prepare(create(note_document(NEW, ANA, inReplyTo=several, cc=[BOARD]))).incoming.note
    assert note is not None
    assert note.in_reply_to == HERE
    unknown = prepare(create(note_document(NEW, ANA, inReplyTo=[several[0], FAR], cc=[BOARD]))).incoming.note
    assert unknown is not None
    assert unknown.in_reply_to == several[0]


@pytest.mark.parametrize("arrival", [Arrival.SENT, Arrival.FETCHED])
def test_whom_a_post_is_for_is_believed_of_its_authors_own_activity_alone(arrival: Arrival) -> None:
    silent = {**note_document(NEW, ANA), "to": None}
    said = {"to": ["as:Public"], "cc": [BOARD]}
    prepared = prepare(an_activity("Create", ANA, silent, **said), arrival=arrival)
    assert prepared.incoming.note is not None
    assert (prepared.incoming.note.is_public, prepared.incoming.note.cc) == (True, (BOARD,))
    narrow = prepare(
        an_activity("Create", ANA, {**silent, "to": [f"{ANA}/followers"]}, **said), arrival=arrival
    )
    assert narrow.incoming.note is not None
    assert not narrow.incoming.note.is_public
    stranger = {**silent, "attributedTo": "https://home.example/users/ben"}
    theirs = prepare(an_activity("Create", ANA, stranger, **said), arrival=Arrival.FETCHED)
    assert theirs.incoming.note is None or not theirs.incoming.note.is_public


def test_a_post_that_answers_several_answers_the_one_that_is_here() -> None:
    unknown = "https://far.example/posts/unknown"
    for answered in ([unknown, HERE], [HERE, unknown], [unknown, f"{unknown}/2", HERE]):
        prepared = prepare(create(note_document(NEW, ANA, inReplyTo=answered)))
        assert prepared.incoming.note is not None
        assert prepared.incoming.note.in_reply_to == HERE
    nowhere = prepare(create(note_document(NEW, ANA, inReplyTo=[unknown, f"{unknown}/2"], cc=[BOARD])))
    assert nowhere.incoming.note is not None
    assert nowhere.incoming.note.in_reply_to == unknown
