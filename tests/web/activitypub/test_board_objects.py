"""What a board said, by its id: found by that very id alone, and said as it was said."""

from __future__ import annotations

import json

import pytest

from fedconnect.federation.outbound import quote_approvals
from fedconnect.forum import boards, thread_collections
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.outbound import OutboundActivity
from fedconnect.web.activitypub import board_objects as view
from support.forum import BASE
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread, add
from support.views_unit import ACTIVITY, Desk

URI = f"{BASE}/boards/respite"


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
    return desk.open(view.blueprint)


def announced(name: str) -> None:
    with database.transaction() as session:
        row = OutboundActivity(
            uri=f"{URI}/announces/{name}", actor="board:respite", kind="Announce", object_uri="x",
            body=json.dumps({"id": f"{URI}/announces/{name}", "type": "Announce"}), created_at=at(0),
        )  # fmt: skip
        add(session, row)


@pytest.mark.parametrize(
    "path", ["announces/7", "stamps/7", "threads/7/context", "posts/7/replies", "threads/7/context?page=1"]
)
def test_what_is_not_there_is_not_found_and_with_authorized_fetch_not_even_looked_for(
    opened: Desk, path: str
) -> None:
    for slug in ("respite", "nowhere"):
        assert opened.get(f"/boards/{slug}/{path}", ACTIVITY).status_code == 404
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get(f"/boards/respite/{path}", ACTIVITY).status_code == 401


@pytest.mark.parametrize("name", ["7-1", "7-0", "7-x", "7--2", "x", "-2", "7-02x", "0", "7-2-2", "07x"])
def test_what_is_no_id_of_an_announcement_is_none(opened: Desk, name: str) -> None:
    for one in ("7", "7-2"):
        announced(one)
    assert opened.get(f"/boards/respite/announces/{name}", ACTIVITY).status_code == 404


@pytest.mark.parametrize("name", ["7", "7-2", "7-3"])
def test_each_announcement_is_told_by_its_own_id(opened: Desk, name: str) -> None:
    for one in ("7", "7-2", "7-3", "8"):
        announced(one)
    answer = opened.get(f"/boards/respite/announces/{name}", ACTIVITY)
    assert answer.json == {"id": f"{URI}/announces/{name}", "type": "Announce"}
    assert answer.mimetype == ACTIVITY


def test_another_board_does_not_say_what_this_one_said(opened: Desk) -> None:
    announced("7")
    with database.transaction() as session:
        a_board(session, "other")
    assert opened.get("/boards/other/announces/7", ACTIVITY).status_code == 404


def test_a_leave_is_asked_for_by_board_and_number(opened: Desk) -> None:
    asked = opened.watch(quote_approvals, "get_stamp", NotFound("none"))
    assert opened.get("/boards/respite/stamps/7", ACTIVITY).status_code == 404
    assert opened.get("/boards/respite/stamps/7x", ACTIVITY).status_code == 404
    (call,) = asked
    assert (call["board"].slug, call["stamp_id"]) == ("respite", 7)


def test_a_conversation_leads_to_its_pages_and_says_whose_it_is(opened: Desk) -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        thread, starter = a_thread(session, board, a_person(session))
        number, uri = thread.id, starter.uri
    context = f"{URI}/threads/{number}/context"
    document = opened.get(f"/boards/respite/threads/{number}/context", ACTIVITY).json
    assert document is not None
    assert (document["id"], document["first"]) == (context, f"{context}?page=1")
    assert document["attributedTo"] == URI
    assert "orderedItems" not in document
    page = opened.get(f"/boards/respite/threads/{number}/context?page=1", ACTIVITY).json
    assert page is not None
    assert (page["id"], page["orderedItems"], "next" in page) == (f"{context}?page=1", [uri], False)


@pytest.mark.parametrize(("more", "wanted"), [(True, 3), (False, 2)])
def test_a_page_of_a_conversation_leads_on_while_there_is_more(opened: Desk, more: bool, wanted: int) -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        number = a_thread(session, board, a_person(session))[0].id
    asked = opened.watch(thread_collections, "list_context", (["https://a.example/1"], more))
    document = opened.get(f"/boards/respite/threads/{number}/context?page={wanted}", ACTIVITY).json
    assert document is not None
    assert document["orderedItems"] == ["https://a.example/1"]
    assert document.get("next") == (f"{URI}/threads/{number}/context?page={wanted + 1}" if more else None)
    assert [one["page"] for one in asked] == [wanted]
    assert opened.get(f"/boards/respite/threads/{number}/context?page=0", ACTIVITY).status_code == 400


def test_only_the_boards_own_notes_tell_their_answers(opened: Desk) -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        thread, own = a_thread(session, board, None, uri=f"{URI}/posts/7")
        ana = a_person(session)
        answer = a_post(session, thread, ana, parent_id=own.id).uri
        a_thread(session, board, ana, uri="https://home.example/boards/respite/posts/8")
    document = opened.get("/boards/respite/posts/7/replies", ACTIVITY).json
    assert document is not None
    assert (document["id"], document["orderedItems"]) == (f"{URI}/posts/7/replies", [answer])
    assert opened.get("/boards/respite/posts/8/replies", ACTIVITY).status_code == 404
