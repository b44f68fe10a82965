"""Feeds of boards: only what may be gathered, dated by what is newest in them."""

from __future__ import annotations

import pytest

from fedconnect.forum import thread_lists, unanswered
from fedconnect.foundation import database
from fedconnect.web.boards import feeds as view
from support.forum import BASE
from support.forum_rows import a_line, at
from support.moderation_rows import stop_the_clock
from support.unit import a_board, a_person, a_thread
from support.views_unit import Desk

FEEDS = ("/boards/respite/feed.atom", "/boards/respite/quiet/feed.atom", "/quiet/feed.atom")


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session, created_at=at(0))
        a_board(session, "shelter", is_local_only=True)
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.mark.parametrize("slug", ["nowhere", "shelter"])
def test_a_board_that_is_not_here_or_stays_here_has_no_feed(opened: Desk, slug: str) -> None:
    for path in ("feed.atom", "quiet/feed.atom"):
        assert opened.get(f"/boards/{slug}/{path}").status_code == 404


def test_what_is_not_listed_everywhere_is_in_no_feed(opened: Desk) -> None:
    with database.transaction() as session:
        board = a_board(session, "bread")
        a_thread(session, board, a_person(session), thread_is_public=False)
    assert opened.get("/boards/bread/feed.atom").status_code == 200
    assert opened.shown["threads"] == []


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_dated_by_its_newest_and_shown_to_all_alike(opened: Desk, path: str) -> None:
    lines = [a_line(id=number, published=at(number)) for number in (3, 9, 1)]
    lists = (
        opened.watch(thread_lists, "list_feed", lines),
        opened.watch(unanswered, "list_unanswered_feed", lines),
    )
    answer = opened.get(path)
    assert (answer.content_type, opened.shown["base"]) == ("application/atom+xml; charset=utf-8", BASE)
    assert [one.id for one in opened.shown["threads"]] == [3, 9, 1]
    assert opened.shown["updated"] == at(9)
    is_board, is_quiet = path.startswith("/boards"), "quiet" in path
    assert (opened.template, opened.shown["board"] is not None) == (
        "boards/unanswered.atom" if is_quiet else "boards/feed.atom", is_board,
    )  # fmt: skip
    (call,) = lists[is_quiet]
    assert (call.get("board") is not None, lists[not is_quiet]) == (is_board, [])


@pytest.mark.parametrize("path", FEEDS)
def test_where_lists_go_without_names_so_does_the_feed(opened: Desk, path: str) -> None:
    lines = [a_line(id=1, hides_authors=True), a_line(id=2)]
    opened.watch(thread_lists, "list_feed", lines)
    opened.watch(unanswered, "list_unanswered_feed", lines)
    opened.get(path)
    hidden, named = opened.shown["threads"]
    assert named.author is not None
    assert hidden.author != named.author


def test_an_empty_feed_is_as_old_as_its_board_and_a_quiet_one_is_of_now(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch)
    opened.get("/boards/respite/feed.atom")
    assert opened.shown["updated"] == at(0)
    for path in FEEDS[1:]:
        opened.get(path)
        assert opened.shown["updated"] == now
