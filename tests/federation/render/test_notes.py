"""Notes of our own actors: as public as they are here, private ones for one person alone, and who may quote them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import PUBLIC, parse_note
from fedconnect.drafts import Visibility
from fedconnect.federation import render
from fedconnect.models.bot_actor import BotNote
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.quote_approval import QuoteApproval
from support.forum import BASE
from support.unit import a_board, a_person, a_thread

BOARD, BOT = f"{BASE}/boards/respite", f"{BASE}/letter"
AT = datetime(2026, 11, 1, 10, 0, 5, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED])
def test_a_boards_note_is_as_public_as_it_is_here_and_an_edit_has_its_date(
    session: Session, visibility: Visibility
) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, uri=f"{BOARD}/notes/1", visibility=visibility)
    note = parse_note(render.own_note(board, thread, post, "<p>Words</p>"))
    assert (note.is_public, note.is_unlisted) == (
        visibility is Visibility.PUBLIC,
        visibility is Visibility.UNLISTED,
    )
    assert note.updated is None
    post.updated = datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert parse_note(render.own_note(board, thread, post, "")).updated == post.updated
    created = render.create_own(board, thread, post)
    assert "@context" not in created["object"]
    assert (created["to"], created["cc"]) == (created["object"]["to"], created["object"]["cc"])


def test_a_private_note_is_for_one_person_alone(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    message = DirectMessage(id=7, html="<p>Words</p>", in_reply_to="", at=datetime(2026, 11, 1, tzinfo=UTC))
    document = render.create_direct_message(board, ana, message)
    for part in (document, document["object"]):
        assert (part["to"], part["cc"]) == ([ana.uri], [])
    assert PUBLIC not in str(document)
    assert document["object"]["inReplyTo"] is None
    assert parse_note(document["object"]).mentions == (ana.uri,)


def test_a_stamp_says_which_post_may_quote_which(session: Session) -> None:
    given = QuoteApproval(id=5, quoting_uri="https://home.example/q", quoted_uri=f"{BOARD}/notes/1")
    document = render.stamp(a_board(session), given)
    assert (document["interactingObject"], document["interactionTarget"]) == (
        "https://home.example/q",
        f"{BOARD}/notes/1",
    )
    accepted = render.accept_quote(a_board(session, "benefits"), a_person(session), given, "x:1", "x:2")
    assert accepted["result"] == f"{BASE}/boards/benefits/stamps/5"


@pytest.mark.parametrize("by", ["board", "bot"])
def test_a_private_note_is_its_actors_at_its_own_address_and_names_whom_it_is_for(
    session: Session, by: str
) -> None:
    ana = a_person(session, handle_host="ana.example")
    document: dict[str, Any]
    if by == "board":
        message = DirectMessage(id=7, html="<p>Hi</p>", in_reply_to="https://home.example/p", at=AT)
        document = render.create_direct_message(a_board(session), ana, message)
        actor, uri = BOARD, f"{BOARD}/notices/7"
    else:
        bot_note = BotNote(id=8, html="<p>Hi</p>", in_reply_to="https://home.example/p", at=AT)
        document = render.bot_note(BOT, ana, bot_note)
        actor, uri = BOT, f"{BOT}/notes/8"
    note = document["object"]
    assert (document["actor"], document["id"], document["to"], document["cc"]) == (
        actor, f"{uri}/activity", [ana.uri], [],
    )  # fmt: skip
    assert (note["attributedTo"], note["id"], note["to"], note["cc"]) == (actor, uri, [ana.uri], [])
    assert (note["inReplyTo"], note["content"]) == ("https://home.example/p", "<p>Hi</p>")
    assert document["published"] == note["published"] == "2026-11-01T10:00:05Z"
    assert note["tag"] == [{"type": "Mention", "href": ana.uri, "name": "@ana@ana.example"}]


def test_a_note_has_its_own_language_and_where_it_has_none_its_boards(session: Session) -> None:
    board = a_board(session, language="de")
    thread, post = a_thread(session, board, uri=f"{BOARD}/notes/1", language="es")
    assert parse_note(render.own_note(board, thread, post, "Hola")).language == "es"
    post.language = ""
    assert parse_note(render.own_note(board, thread, post, "Hallo")).language == "de"


def test_a_notes_conversation_and_answers_have_addresses_and_anybody_may_answer_and_quote(
    session: Session,
) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, uri=f"{BOARD}/notes/1")
    created = render.create_own(board, thread, post)
    note = created["object"]
    assert (created["id"], created["actor"], note["attributedTo"]) == (f"{post.uri}/activity", BOARD, BOARD)
    assert (note["id"], note["replies"], note["content"]) == (post.uri, f"{post.uri}/replies", post.source)
    assert (note["context"], note["url"]) == (
        f"{BOARD}/threads/{thread.id}/context",
        f"{BOARD}/threads/{thread.id}",
    )
    assert {tuple(one["automaticApproval"]) for one in note["interactionPolicy"].values()} == {(PUBLIC,)}
    assert "summary" not in note


def test_a_note_that_is_gone_leaves_its_address_and_none_of_its_words(session: Session) -> None:
    document = render.delete_own(a_board(session), f"{BOARD}/notes/1")
    assert document["object"] == {"id": f"{BOARD}/notes/1", "type": "Tombstone"}
    assert (document["id"], document["actor"], document["to"]) == (f"{BOARD}/notes/1#delete", BOARD, [PUBLIC])
    assert document["cc"] == [f"{BOARD}/followers"]


def test_a_yes_to_a_quote_goes_to_who_asked_and_repeats_what_was_asked(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    given = QuoteApproval(id=5, quoting_uri="https://home.example/q", quoted_uri=f"{BOARD}/notes/1")
    accepted = render.accept_quote(board, ana, given, "https://home.example/asks/1", f"{BOARD}#accepts/1")
    assert (accepted["id"], accepted["actor"], accepted["to"]) == (f"{BOARD}#accepts/1", BOARD, [ana.uri])
    assert accepted["object"] == {
        "id": "https://home.example/asks/1", "type": "QuoteRequest", "actor": ana.uri,
        "object": given.quoted_uri, "instrument": given.quoting_uri,
    }  # fmt: skip
    stamp = render.stamp(board, given)
    assert (stamp["id"], stamp["type"], stamp["attributedTo"]) == (
        accepted["result"],
        "QuoteAuthorization",
        BOARD,
    )
