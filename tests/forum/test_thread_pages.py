"""A conversation as pages show it: what may be seen, where a post stands, where a moved thread is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import thread_collections, thread_pages
from fedconnect.forum.plugin_post_views import find_post_view
from fedconnect.forum.thread_collections import find_announcement, get_own_post, list_context, list_replies
from fedconnect.forum.thread_pages import (
    count_pages,
    find_new_place,
    get_post_place,
    get_thread,
    get_thread_page,
    page_of_post,
)
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.models.board import Board
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from support.forum import BASE
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread, add

S = PostState
V = Visibility
CLOSED = [
    {"state": S.HELD},
    {"visibility": V.FOLLOWERS},
    {"visibility": V.DIRECT},
    {"visibility": V.LOCAL_ONLY},
]
TAKEN = [{"state": S.DELETED}, {"state": S.REMOVED}]


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


@pytest.mark.parametrize("starter", CLOSED)
@pytest.mark.parametrize("is_answered", [False, True])
def test_p05_a_thread_that_is_not_for_everybody_is_as_if_there_were_none(
    session: Session, board: Board, ana: Person, starter: dict[str, Any], is_answered: bool
) -> None:
    thread, _ = a_thread(session, board, ana, **starter)
    if is_answered:
        a_post(session, thread, ana)
    for ask in (get_thread, get_thread_page, count_pages):
        with pytest.raises(NotFound):
            ask(session, board, thread.id)
        with pytest.raises(NotFound):
            ask(session, board, thread.id + 1)


@pytest.mark.parametrize("starter", TAKEN)
def test_a_thread_that_was_taken_back_is_gone_unless_an_answer_is_still_seen(
    session: Session, board: Board, ana: Person, starter: dict[str, Any]
) -> None:
    thread, _ = a_thread(session, board, ana, **starter)
    for hidden in (*CLOSED, *TAKEN):
        a_post(session, thread, ana, **hidden)
    with pytest.raises(Gone):
        get_thread(session, board, thread.id)
    a_post(session, thread, ana, visibility=V.UNLISTED)
    assert get_thread(session, board, thread.id) is thread
    with pytest.raises(NotFound):
        get_thread(session, a_board(session, "benefits"), thread.id)


def test_a_page_shows_what_may_be_seen_and_the_place_of_what_was_taken_back(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana, published=at(0))
    for minute, hidden in enumerate(CLOSED, start=1):
        a_post(session, thread, ana, published=at(minute), parent_id=starter.id, **hidden)
    deleted = a_post(session, thread, ana, published=at(6), parent_id=starter.id, state=S.DELETED)
    below = a_post(session, thread, ana, published=at(7), parent_id=deleted.id)
    a_post(session, thread, ana, published=at(8), parent_id=starter.id, state=S.DELETED)
    removed = a_post(session, thread, ana, published=at(9), parent_id=starter.id, state=S.REMOVED)
    page = get_thread_page(session, board, thread.id)
    assert [(post.id, post.depth) for post in page.posts] == [
        (starter.id, 0), (deleted.id, 1), (below.id, 2), (removed.id, 1),
    ]  # fmt: skip
    assert [post.is_deleted for post in page.posts] == [False, True, False, True]
    assert [(node.post.id, len(node.children)) for node in page.nodes] == [(deleted.id, 1), (removed.id, 0)]


def test_a_starter_that_was_deleted_keeps_the_first_place(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana, published=at(0), state=S.DELETED)
    a_post(session, thread, ana, published=at(1))  # what it answers is not here
    assert get_thread_page(session, board, thread.id).posts[0].id == starter.id


def test_a_board_that_takes_only_what_names_it_shows_no_other_answer(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana, published=at(0), is_addressed=False)
    other = a_post(session, thread, ana, published=at(1), parent_id=starter.id, is_addressed=False)
    assert len(get_thread_page(session, board, thread.id).posts) == 2
    assert list_replies(session, board, starter) == [other.uri]
    board.takes_unaddressed = False
    session.flush()
    assert [post.id for post in get_thread_page(session, board, thread.id).posts] == [starter.id]
    assert list_replies(session, board, starter) == []
    assert list_context(session, board, thread, 1) == ([starter.uri], False)
    assert get_post_place(session, board, starter.id) == (thread, starter)
    with pytest.raises(NotFound):
        get_post_place(session, board, other.id)
    with pytest.raises(NotFound):
        page_of_post(session, board, thread, other.id)


def test_a_page_ends_after_so_many_posts(
    session: Session, board: Board, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_pages, "POSTS_A_PAGE", 2)
    monkeypatch.setattr(thread_collections, "POSTS_A_PAGE", 2)
    thread, starter = a_thread(session, board, ana, published=at(0))
    assert count_pages(session, board, thread.id) == 1
    posts = [a_post(session, thread, ana, published=at(n), parent_id=starter.id) for n in (1, 2, 3)]
    assert count_pages(session, board, thread.id) == 2
    first, second = (get_thread_page(session, board, thread.id, page) for page in (1, 2))
    assert [post.id for post in first.posts] == [starter.id, posts[0].id]
    assert [post.id for post in second.posts] == [posts[1].id, posts[2].id]
    assert [post.parent_page for post in second.posts] == [1, 1]
    assert [node.post.id for node in second.nodes] == [posts[1].id, posts[2].id]
    for page in (0, -1, 3):
        with pytest.raises(NotFound):
            get_thread_page(session, board, thread.id, page)
    assert [page_of_post(session, board, thread, post.id) for post in (starter, *posts)] == [1, 1, 2, 2]
    assert list_context(session, board, thread, 1) == ([starter.uri, posts[0].uri], True)
    assert list_context(session, board, thread, 2) == ([posts[1].uri, posts[2].uri], False)
    assert list_context(session, board, thread, 10**30) == ([], False)
    assert list_replies(session, board, starter) == [posts[0].uri, posts[1].uri]


@pytest.mark.parametrize(
    ("values", "indexable", "noindex"),
    [
        ({"is_starter": True}, True, False), ({"is_starter": True}, False, True), ({"is_starter": True, "is_addressed": False}, True, True),
        ({}, False, False), ({"is_addressed": False}, True, True),
    ],
)  # fmt: skip
def test_a_page_is_for_search_engines_where_its_starter_is_and_every_answer_is_meant_for_it(
    session: Session, board: Board, ana: Person, values: dict[str, Any], indexable: bool, noindex: bool
) -> None:
    who = a_person(session, "ben", indexable=indexable)
    if values.pop("is_starter", False):
        thread, _ = a_thread(session, board, who, **values)
    else:
        thread, _ = a_thread(session, board, ana)
        a_post(session, thread, who, **values)
    assert get_thread_page(session, board, thread.id).is_noindex is noindex


@pytest.mark.parametrize("post", CLOSED)
def test_p05_a_post_that_is_not_for_everybody_has_no_place(
    session: Session, board: Board, ana: Person, post: dict[str, Any]
) -> None:
    thread, _ = a_thread(session, board, ana)
    hidden = a_post(session, thread, ana, **post)
    with pytest.raises(NotFound):
        get_post_place(session, board, hidden.id)
    assert find_post_view(session, hidden.id) is None


@pytest.mark.parametrize("post", TAKEN)
def test_a_post_that_was_taken_back_is_gone_and_only_on_its_board(
    session: Session, board: Board, ana: Person, post: dict[str, Any]
) -> None:
    _, taken = a_thread(session, board, ana, **post)
    with pytest.raises(Gone):
        get_post_place(session, board, taken.id)
    with pytest.raises(NotFound):
        get_post_place(session, a_board(session, "benefits"), taken.id)
    assert find_post_view(session, taken.id) is None


def test_answers_come_oldest_first_without_what_is_out_of_sight(
    session: Session, board: Board, ana: Person
) -> None:
    thread, starter = a_thread(session, board, ana)
    for hidden in (*CLOSED, *TAKEN):
        a_post(session, thread, ana, parent_id=starter.id, **hidden)
    later = a_post(session, thread, ana, parent_id=starter.id, published=at(2))
    first = a_post(session, thread, ana, parent_id=starter.id, published=at(1))
    a_post(session, thread, ana, parent_id=first.id)
    assert list_replies(session, board, starter) == [first.uri, later.uri]


def test_a_thread_that_was_moved_or_merged_is_found_from_where_it_was(
    session: Session, board: Board, ana: Person
) -> None:
    here, third = a_board(session, "benefits"), a_board(session, "third")
    moved, starter = a_thread(session, here, ana, thread_moved_from_id=board.id)
    old, _ = a_thread(session, board, ana, thread_merged_into_id=moved.id)
    stays, _ = a_thread(session, board, ana)
    assert find_new_place(session, board, moved.id) == ("benefits", moved.id)
    assert find_new_place(session, board, old.id) == ("benefits", moved.id)
    assert find_new_place(session, third, moved.id) is None
    assert find_new_place(session, board, stays.id) is None
    assert find_new_place(session, board, 1) is None
    starter.state = S.HELD
    session.flush()
    assert find_new_place(session, board, moved.id) is None
    starter.state = S.DELETED
    session.flush()
    assert find_new_place(session, board, old.id) is None


def test_only_what_a_board_wrote_itself_is_its_own(session: Session, board: Board, ana: Person) -> None:
    uri = f"{BASE}/boards/respite/posts/7"
    thread, own = a_thread(session, board, None, uri=uri)
    a_thread(session, board, ana, uri=f"{BASE}/boards/respite/posts/8")
    a_thread(session, a_board(session, "benefits"), None, uri=f"{BASE}/boards/benefits/posts/9")
    assert get_own_post(session, board, 7) == (thread, own)
    for number in (8, 9, 17, 1):
        with pytest.raises(NotFound):
            get_own_post(session, board, number)
    own.state = S.DELETED
    session.flush()
    with pytest.raises(Gone):
        get_own_post(session, board, 7)


def test_a_plugin_sees_words_and_names_and_nothing_else(session: Session, board: Board) -> None:
    ana = a_person(session, handle_host="ana.example")
    ana.name = ""
    thread, post = a_thread(
        session, board, ana, body_html="<p>Body</p>", source="<p>Title</p><p>Body</p>", hashtags="one two"
    )
    view = find_post_view(session, post.id)
    assert view is not None
    assert (view.title, view.html, view.text) == ("Respite in August", "<p>Body</p>", "Title\nBody")
    assert (view.author_name, view.author_handle, view.hashtags) == (
        "ana",
        "@ana@ana.example",
        ("one", "two"),
    )
    assert (view.path, view.is_starter) == (f"/boards/respite/threads/{thread.id}", True)
    own = find_post_view(session, a_post(session, thread, None).id)
    assert own is not None
    assert (own.author_name, own.author_handle, own.is_starter) == ("Respite", "", False)


@pytest.mark.parametrize(
    ("values", "body"),
    [({}, "{}"), ({"kind": "Create"}, None), ({"body": ""}, None), ({"uri": f"{BASE}/x"}, None)],
)
def test_an_announcement_is_told_where_it_was_made_and_stands(
    session: Session, values: dict[str, Any], body: str | None
) -> None:
    known = {
        "uri": f"{BASE}/announces/1",
        "actor": "board:respite",
        "kind": "Announce",
        "object_uri": "x",
        "body": "{}",
    }
    add(session, OutboundActivity(**{**known, "created_at": at(0), **values}))
    assert find_announcement(session, f"{BASE}/announces/1") == body
