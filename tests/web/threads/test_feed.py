"""A conversation as a feed: the newest first, without what may not be gathered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.drafts import Visibility
from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.web.threads import feed as view
from support.forum import BASE
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_person(session)
    desk.sign_out()
    return desk.open(view.blueprint)


def begun(answers: list[dict[str, Any]], **values: Any) -> tuple[int, list[int]]:
    with database.transaction() as session:
        board, ana = boards.get_board(session, "respite"), session.execute(select(Person)).scalar_one()
        thread, starter = a_thread(session, board, ana, **{"published": at(0), **values})
        posts = [
            a_post(session, thread, ana, **{"published": at(n), **one}) for n, one in enumerate(answers, 1)
        ]
        return thread.id, [starter.id, *(one.id for one in posts)]


def read(opened: Desk, thread: int) -> list[int]:
    answer = opened.get(f"/boards/respite/threads/{thread}/feed.atom")
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
    return [one.id for one in opened.shown["posts"]]


def test_what_is_not_there_or_not_public_has_no_feed(opened: Desk) -> None:
    unlisted, _ = begun([], visibility=Visibility.UNLISTED, thread_is_public=False)
    held, _ = begun([], state=PostState.HELD)
    for thread in (unlisted, held, 1, "x", 0):
        assert opened.get(f"/boards/respite/threads/{thread}/feed.atom").status_code == 404
    public, _ = begun([])
    assert opened.get(f"/boards/nowhere/threads/{public}/feed.atom").status_code == 404
    assert opened.pages == []


def test_what_was_deleted_not_meant_for_the_board_or_unlisted_is_left_out(opened: Desk) -> None:
    thread, ids = begun([
        {"state": PostState.DELETED}, {"is_addressed": False}, {"visibility": Visibility.UNLISTED}, {},
        {"state": PostState.HELD}, {"visibility": Visibility.FOLLOWERS},
    ])  # fmt: skip
    assert read(opened, thread) == [ids[4], ids[0]]


def test_the_newest_come_first_and_of_many_pages_the_last(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, ids = begun([{}, {}, {}])
    assert read(opened, thread) == ids[::-1]
    monkeypatch.setattr(thread_pages, "POSTS_A_PAGE", 3)
    assert read(opened, thread) == [ids[3]]


def test_it_is_dated_by_the_latest_word_or_edit_that_it_shows(opened: Desk) -> None:
    thread, _ = begun([{"updated": at(50)}, {}, {"updated": at(99), "is_addressed": False}])
    read(opened, thread)
    assert (opened.shown["updated"], opened.shown["base"]) == (at(50), BASE)
    plain, _ = begun([{}])
    read(opened, plain)
    assert opened.shown["updated"] == at(1)


def test_a_feed_of_nothing_is_as_old_as_its_conversation(opened: Desk) -> None:
    thread, _ = begun([{"is_addressed": False}], state=PostState.DELETED, published=at(7))
    assert read(opened, thread) == []
    assert opened.shown["updated"] == at(7)
