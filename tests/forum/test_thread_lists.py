"""Lists of threads: what stands in which, in which order, and where a page ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import thread_lists
from fedconnect.forum.thread_lists import (
    list_chosen,
    list_feed,
    list_followed,
    list_latest,
    list_month,
    list_months,
    list_pinned,
    list_threads,
)
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.post import PostState
from fedconnect.models.thread import ThreadState
from support.forum_rows import at
from support.unit import a_board, a_person, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def begin(session: Session, board: Board, title: str, minute: float = 0, **values: object) -> int:
    uri = f"https://home.example/posts/{title}"
    return a_thread(session, board, title=title, uri=uri, published=at(minute), **values)[0].id


def titles(lines: object) -> list[str]:
    found = getattr(lines, "threads", lines)
    return [line.title for line in found]


@pytest.fixture
def kinds(session: Session, board: Board) -> Board:
    """A board with a thread of each kind; its threads' titles say which."""
    begin(session, board, "public", 1)
    begin(session, board, "unlisted", 2, thread_is_public=False)
    begin(session, board, "unseen", 3, thread_is_listed=False)
    begin(session, board, "pinned", 0, thread_pinned=True)
    begin(session, board, "pinned unseen", 4, thread_pinned=True, thread_is_listed=False)
    begin(session, a_board(session, "benefits"), "elsewhere", 5)
    return board


def test_what_is_not_listed_stands_in_no_list_and_what_is_not_public_stays_on_its_board(
    session: Session, kinds: Board
) -> None:
    assert titles(list_threads(session, kinds)) == ["pinned", "unlisted", "public"]
    assert titles(list_month(session, kinds, "2026-11")) == ["unlisted", "public", "pinned"]
    assert titles(list_followed(session, {kinds.id})) == ["unlisted", "public"]
    assert titles(list_latest(session)) == ["elsewhere", "public"]
    assert titles(list_feed(session, kinds)) == ["public", "pinned"]
    assert list_pinned(session, kinds) == ["https://home.example/posts/pinned"]
    assert titles(list_latest(session, limit=1)) == ["elsewhere"]


def test_whoever_follows_nothing_has_an_empty_list(session: Session, kinds: Board) -> None:
    assert list_followed(session, set()).threads == []
    with pytest.raises(NotFound):
        list_followed(session, set(), page=2)


def test_threads_of_one_moment_stand_in_one_order(session: Session, board: Board) -> None:
    for title in "bca":
        begin(session, board, title)
    for found in (
        list_threads(session, board),
        list_month(session, board, "2026-11"),
        list_latest(session),
        list_feed(session, board),
    ):
        assert titles(found) == ["c", "b", "a"]


def test_a_page_ends_and_there_is_none_beyond_the_last(
    session: Session, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_lists, "THREADS_A_PAGE", 2)
    for number in range(4):
        begin(session, board, str(number), number)
    first, second = list_threads(session, board), list_threads(session, board, 2)
    assert (titles(first), first.has_more, first.page) == (["3", "2"], True, 1)
    assert (titles(second), second.has_more, second.page) == (["1", "0"], False, 2)
    for page in (3, 0, -1, 10_001, 10**30):
        with pytest.raises(NotFound):
            list_threads(session, board, page)
        with pytest.raises(NotFound):
            list_month(session, board, "2026-11", page)


def test_pinned_threads_stand_on_the_first_page_alone_and_at_most_five(
    session: Session, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_lists, "THREADS_A_PAGE", 1)
    for number in range(6):
        begin(session, board, f"pinned {number}", number, thread_pinned=True)
    for title in ("one", "two"):
        begin(session, board, title, 99)
    assert titles(list_threads(session, board)) == [f"pinned {n}" for n in (5, 4, 3, 2, 1)] + ["two"]
    assert titles(list_threads(session, board, 2)) == ["one"]
    assert len(list_pinned(session, board)) == 6


def test_a_board_that_is_empty_has_one_empty_page(session: Session, board: Board) -> None:
    found = list_threads(session, board)
    assert (found.threads, found.page, found.has_more) == ([], 1, False)


def test_some_threads_come_in_the_order_in_which_they_are_named(session: Session, board: Board) -> None:
    one, two = begin(session, board, "one"), begin(session, board, "two", 9)
    assert titles(list_chosen(session, [one, 1, two])) == ["one", "two"]
    assert titles(list_chosen(session, [two, one])) == ["two", "one"]
    assert list_chosen(session, []) == []


def test_a_month_is_named_once_the_newest_first_and_only_where_something_is_listed(
    session: Session, board: Board
) -> None:
    assert list_months(session, board) == []
    for number, (year, month) in enumerate(((2026, 9), (2026, 11), (2025, 12), (2026, 9), (2026, 10))):
        hidden = month == 10
        moment = datetime(year, month, 1, tzinfo=UTC)
        a_thread(session, board, published=moment, uri=f"https://x/{number}", thread_is_listed=not hidden)
    a_thread(session, a_board(session, "benefits"), published=datetime(2024, 1, 1, tzinfo=UTC))
    begin(session, board, "from something else", thread_month="2026-13")
    assert list_months(session, board) == ["2026-11", "2026-09", "2025-12"]
    assert titles(list_month(session, board, "2026-10")) == []


def test_a_line_says_what_its_first_post_and_its_author_are(session: Session, board: Board) -> None:
    board.hides_authors = True
    ana = a_person(session, handle_host="ana.example", url="https://home.example/@ana")
    thread, post = a_thread(
        session, board, ana, excerpt="Who knows?", warning="Care", language="de", published=at(0), thread_last_post_at=at(9),
        thread_reply_count=3, thread_state=ThreadState.LOCKED, thread_linked_group_uri="https://group.example/c/x",
    )  # fmt: skip
    (line,) = list_threads(session, board).threads
    assert (line.id, line.post_id, line.starter_uri) == (thread.id, post.id, post.uri)
    assert (line.excerpt, line.warning, line.language) == ("Who knows?", "Care", "de")
    assert (line.published, line.last_post_at, line.reply_count) == (at(0), at(9), 3)
    assert (line.is_locked, line.is_from_linked_group, line.hides_authors) == (True, True, True)
    assert (line.board_slug, line.board_name, line.author_handle) == (
        "respite",
        "Respite",
        "@ana@ana.example",
    )
    assert line.author is not None
    assert (line.author.name, line.author.url) == ("Ana", "https://home.example/@ana")


def test_the_boards_own_thread_has_its_name_and_no_handle(session: Session, board: Board) -> None:
    a_thread(session, board, None)
    (line,) = list_threads(session, board).threads
    assert line.author is not None
    assert (line.author.name, line.author.handle, line.author_handle) == ("Respite", "", "")
    assert (line.is_locked, line.is_from_linked_group) == (False, False)


def test_a_line_tells_of_pictures_and_polls_but_not_of_a_first_post_that_is_gone(
    session: Session, board: Board
) -> None:
    brought = {"attachments": '[{"url": "https://x.example/1.png"}]', "poll": "{}"}
    begin(session, board, "gone", 1, state=PostState.DELETED, **brought)
    begin(session, board, "full", 2, **brought)
    begin(session, board, "plain", 3)
    lines = list_threads(session, board).threads
    assert [(one.has_picture, one.has_poll) for one in lines] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_a_line_is_as_new_as_its_last_reply(session: Session, board: Board) -> None:
    begin(session, board, "quiet", 2, thread_last_post_at=at(9))
    begin(session, board, "answered", 1, thread_last_post_at=at(9), thread_reply_count=1)
    assert [one.latest for one in list_threads(session, board).threads] == [at(2), at(9)]


def test_a_line_has_its_boards_tint_and_whole_sentences(session: Session, board: Board) -> None:
    begin(session, board, "We have four…", excerpt="We have four nights. Where?")
    (line,) = list_threads(session, board).threads
    assert (line.tint, line.words) == (3, ("We have four nights.", "Where?"))
