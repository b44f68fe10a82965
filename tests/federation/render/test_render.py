"""Our documents: to whom they are addressed, what they must not tell, and ids that can be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import PUBLIC, parse_actor, parse_note
from fedconnect.drafts import Visibility
from fedconnect.federation import render
from fedconnect.federation.render import names
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.quote_approval import QuoteApproval
from support.federation_rows import with_keys
from support.forum import BASE
from support.unit import a_board, a_person, a_thread

BOARD = f"{BASE}/boards/respite"


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


def test_a_boost_said_anew_has_another_id_and_its_undo_names_the_very_one(session: Session) -> None:
    thread, _ = a_thread(session, board := a_board(session))
    ids = []
    for undone in range(3):
        thread.boosts_undone = undone
        undo = render.undo_announce(board, thread, "https://home.example/users/ana")
        assert undo["object"]["id"] == render.announce(board, thread, "x")["id"]
        ids.append(undo["object"]["id"])
        assert undo["id"] != undo["object"]["id"]
    assert len(set(ids)) == 3


def test_an_envelope_is_named_after_what_is_in_it(session: Session) -> None:
    board, other = a_board(session), a_board(session, "benefits")
    one, two = ({"id": f"https://home.example/{number}", "type": "Like"} for number in (1, 2))
    assert render.envelope(board, one)["id"] == render.envelope(board, {**one, "type": "Other"})["id"]
    assert render.envelope(board, one)["id"] != render.envelope(board, two)["id"]
    assert render.envelope(board, one)["id"].startswith(render.envelope_prefix(board))
    assert not render.envelope(other, one)["id"].startswith(render.envelope_prefix(board))


@pytest.mark.parametrize(
    ("number", "more", "links"),
    [(1, False, {}), (1, True, {"next": 2}), (3, True, {"next": 4, "prev": 2}), (3, False, {"prev": 2})],
)
def test_a_page_leads_on_only_where_there_is_more_and_back_only_to_a_page(
    number: int, more: bool, links: dict[str, int]
) -> None:
    page = render.collection_page("https://forum.example/x", number, ["a"], more=more)
    assert {key: page[key] for key in ("next", "prev") if key in page} == {
        key: f"https://forum.example/x?page={to}" for key, to in links.items()
    }


def test_nobody_is_told_how_many_follow() -> None:
    for document in (
        render.closed_collection("https://forum.example/x"),
        render.paged_collection("https://forum.example/x"),
    ):
        assert "totalItems" not in document
        assert "orderedItems" not in document


def test_a_board_is_a_group_that_says_where_it_went(session: Session) -> None:
    with_keys("board:respite")
    signer = own_keys.signer(session, "board:respite")
    board = a_board(session, summary="<script>x</script>")
    document: dict[str, Any] = render.board_actor(board, signer)
    actor = parse_actor(document)
    assert (actor.kind, actor.id, [key.is_proven for key in actor.keys]) == ("Group", BOARD, [True])
    assert "<script>" not in document["summary"]
    assert not {"movedTo", "alsoKnownAs"} & document.keys()
    board.moved_to, board.also_known_as = "https://new.example/b", "https://a.example/1\nhttps://b.example/2"
    moved = parse_actor(render.board_actor(board, signer))
    assert (moved.moved_to, moved.also_known_as) == (
        board.moved_to,
        ("https://a.example/1", "https://b.example/2"),
    )


def test_a_stamp_says_which_post_may_quote_which(session: Session) -> None:
    given = QuoteApproval(id=5, quoting_uri="https://home.example/q", quoted_uri=f"{BOARD}/notes/1")
    document = render.stamp(a_board(session), given)
    assert (document["interactingObject"], document["interactionTarget"]) == (
        "https://home.example/q",
        f"{BOARD}/notes/1",
    )
    accepted = render.accept_quote(a_board(session, "benefits"), a_person(session), given, "x:1", "x:2")
    assert accepted["result"] == f"{BASE}/boards/benefits/stamps/5"


def test_moments_are_in_utc_and_names_short_and_the_same_for_the_same() -> None:
    assert names.moment(datetime(2026, 11, 23, 14, 5, 0, 999_999, tzinfo=UTC)) == "2026-11-23T14:05:00Z"
    assert names.moment(datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=1)) == "2025-12-31T23:59:59Z"
    assert names.digest("a") == names.digest("a") != names.digest("b")
    assert len(names.digest("a" * 9999)) == 32
