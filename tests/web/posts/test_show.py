"""The address of one post: its place in the conversation for people, its own id for servers."""

from __future__ import annotations

import pytest

from fedconnect.forum import thread_pages
from fedconnect.foundation import database
from fedconnect.models.post import PostState
from fedconnect.web.posts import show as view
from support.unit import a_board, a_person, a_post, a_thread
from support.views_unit import ACTIVITY, Desk

HERE = "/boards/respite/threads"


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


def a_place(state: PostState = PostState.VISIBLE) -> tuple[int, int]:
    with database.transaction() as session:
        board, ana = a_board(session), a_person(session)
        thread, _ = a_thread(session, board, ana)
        return thread.id, a_post(session, thread, ana, state=state, uri="https://home.example/posts/x").id


@pytest.mark.parametrize("accept", ["text/html", ACTIVITY])
def test_a_post_has_one_address_and_no_other(opened: Desk, accept: str) -> None:
    thread, post = a_place()
    for where in (
        f"1/{post}",
        f"0{thread}/{post}",
        f"x/{post}",
        f"{thread}/1",
        f"{thread}/x",
        f"{post}/{thread}",
    ):
        assert opened.get(f"{HERE}/{where}", accept).status_code == 404
    assert opened.get(f"/boards/nowhere/threads/{thread}/{post}", accept).status_code == 404


@pytest.mark.parametrize(("state", "status"), [(PostState.HELD, 404), (PostState.DELETED, 410)])
def test_what_is_out_of_sight_leads_nowhere(opened: Desk, state: PostState, status: int) -> None:
    thread, post = a_place(state)
    assert {opened.get(f"{HERE}/{thread}/{post}", one).status_code for one in ("text/html", ACTIVITY)} == {
        status
    }


@pytest.mark.parametrize(("number", "query"), [(1, ""), (2, "?page=2"), (11, "?page=11")])
def test_people_are_led_to_its_place_on_its_page(opened: Desk, number: int, query: str) -> None:
    thread, post = a_place()
    asked = opened.watch(thread_pages, "page_of_post", number)
    answer = opened.get(f"{HERE}/{thread}/{post}")
    assert (answer.status_code, answer.location) == (303, f"{HERE}/{thread}{query}#post-{post}")
    assert answer.headers["Vary"] == "Accept"
    link = '<https://home.example/posts/x>; rel="alternate"; type="application/activity+json"'
    assert answer.headers["Link"] == link
    assert [one["post_id"] for one in asked] == [post]


def test_servers_are_led_to_its_own_id_and_with_authorized_fetch_only_signed(opened: Desk) -> None:
    thread, post = a_place()
    answer = opened.get(f"{HERE}/{thread}/{post}", ACTIVITY)
    assert (answer.status_code, answer.location) == (303, "https://home.example/posts/x")
    assert answer.headers["Vary"] == "Accept"
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get(f"{HERE}/{thread}/{post}", ACTIVITY).status_code == 401
    assert opened.get(f"{HERE}/{thread}/{post}").status_code == 303
