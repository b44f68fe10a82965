"""The notes that a board wrote: a document for servers, and for people the conversation."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.models.post import PostState
from fedconnect.web.activitypub import board_notes as view
from support.forum import BASE
from support.unit import a_board, a_person, a_thread
from support.views_unit import ACTIVITY, Desk

NOTE = f"{BASE}/boards/respite/posts/7"


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


def written(state: PostState = PostState.VISIBLE) -> int:
    with database.transaction() as session:
        board, other = a_board(session), a_board(session, "other")
        a_thread(session, other, a_person(session), uri="https://home.example/boards/respite/posts/8")
        return a_thread(session, board, None, uri=NOTE, source="<p>Welcome</p>", state=state)[0].id


@pytest.mark.parametrize("accept", [ACTIVITY, "text/html"])
def test_nobody_elses_post_is_a_note_of_the_board(opened: Desk, accept: str) -> None:
    written()
    paths = ("respite/posts/8", "respite/posts/9", "respite/posts/7x", "other/posts/7", "nowhere/posts/7")
    assert {opened.get(f"/boards/{path}", accept).status_code for path in paths} == {404}


@pytest.mark.parametrize("accept", [ACTIVITY, "text/html"])
def test_what_was_deleted_is_gone_in_both_forms(opened: Desk, accept: str) -> None:
    written(PostState.DELETED)
    assert opened.get("/boards/respite/posts/7", accept).status_code == 410


def test_people_are_led_to_the_conversation_and_servers_read_the_note(opened: Desk) -> None:
    thread = written()
    page = opened.get("/boards/respite/posts/7")
    assert (page.status_code, page.location) == (303, f"/boards/respite/threads/{thread}")
    assert page.headers["Vary"] == "Accept"
    document = opened.get("/boards/respite/posts/7", ACTIVITY)
    assert document.json is not None
    assert (document.mimetype, document.json["id"]) == (ACTIVITY, NOTE)
    assert "Welcome" in document.json["content"]


def test_with_authorized_fetch_the_page_stays_open_and_the_document_does_not(opened: Desk) -> None:
    written()
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get("/boards/respite/posts/7").status_code == 303
    assert opened.get("/boards/respite/posts/7", ACTIVITY).status_code == 401
