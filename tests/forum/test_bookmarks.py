"""What readers keep for themselves: saved posts, boards followed here, what they marked on a page."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import bookmarks
from fedconnect.forum.bookmarks import (
    add_bookmark,
    bookmarks_in,
    follow_here,
    followed_boards,
    list_bookmarks,
    remove_bookmark,
    unfollow_here,
)
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.person import Person
from fedconnect.models.post import PostState, Reaction, ReactionKind
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import ReadMarker
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_reader, a_thread, add


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def reader(session: Session, ana: Person) -> Reader:
    return a_reader(session, ana)


@pytest.fixture
def other(session: Session) -> Reader:
    return a_reader(session, a_person(session, "ben"))


def saved(session: Session, reader: Reader) -> list[int]:
    return [line.post_id for line in list_bookmarks(session, reader.id)]


def test_a_saved_post_that_can_no_longer_be_seen_is_not_shown(
    session: Session, board: Board, reader: Reader
) -> None:
    thread, starter = a_thread(session, board)
    others = {
        "held": a_post(session, thread, state=PostState.HELD),
        "removed": a_post(session, thread, state=PostState.REMOVED),
        "narrowed": a_post(session, thread, visibility=Visibility.FOLLOWERS),
        "stays here": a_post(session, thread, visibility=Visibility.LOCAL_ONLY),
        "unlisted": a_post(session, thread, visibility=Visibility.UNLISTED),
    }
    for post in (starter, *others.values()):
        add_bookmark(session, reader.id, post)
    assert set(saved(session, reader)) == {starter.id, others["unlisted"].id}


def test_of_a_thread_that_is_listed_no_more_only_its_answers_are_shown(
    session: Session, board: Board, reader: Reader
) -> None:
    thread, starter = a_thread(session, board, thread_is_listed=False)
    answer = a_post(session, thread, excerpt="An answer")
    for post in (starter, answer):
        add_bookmark(session, reader.id, post)
    (line,) = list_bookmarks(session, reader.id)
    assert (line.post_id, line.excerpt, line.title) == (answer.id, "An answer", thread.title)
    assert (line.board_slug, line.thread_id, line.is_starter) == ("respite", thread.id, False)


def test_saving_is_for_one_reader_and_twice_is_once(
    session: Session, board: Board, reader: Reader, other: Reader
) -> None:
    _, post = a_thread(session, board)
    for _ in range(2):
        add_bookmark(session, reader.id, post)
    remove_bookmark(session, other.id, post)
    assert (saved(session, reader), saved(session, other)) == ([post.id], [])
    add_bookmark(session, other.id, post)
    remove_bookmark(session, reader.id, post)
    assert (saved(session, reader), saved(session, other)) == ([], [post.id])


def test_the_latest_saved_stands_first_and_the_list_ends(
    session: Session, board: Board, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, _ = a_thread(session, board)
    moments = iter([at(1), at(3), at(2)])
    monkeypatch.setattr(bookmarks, "_MOST_SAVED", 2)
    posts = [a_post(session, thread, published=at(9 - n)) for n in range(3)]

    def next_moment() -> datetime:
        return next(moments)

    monkeypatch.setattr(clock, "now", next_moment)
    for post in posts:
        add_bookmark(session, reader.id, post)
    assert saved(session, reader) == [posts[1].id, posts[2].id]


def test_what_a_reader_did_in_a_thread_is_theirs_and_of_that_thread(
    session: Session, board: Board, ana: Person, reader: Reader, other: Reader
) -> None:
    thread, post = a_thread(session, board)
    elsewhere, foreign = a_thread(session, board)
    answer = a_post(session, thread)
    for whose, what, kind in (
        (ana.id, post, ReactionKind.LIKE), (ana.id, answer, ReactionKind.BOOST), (ana.id, foreign, ReactionKind.LIKE),
        (other.person_id, answer, ReactionKind.LIKE), (other.person_id, post, ReactionKind.BOOST),
    ):  # fmt: skip
        add(session, Reaction(post_id=what.id, person_id=whose, kind=kind, uri=f"https://x/{what.id}{kind}"))
    add_bookmark(session, reader.id, answer)
    add_bookmark(session, reader.id, foreign)
    add_bookmark(session, other.id, post)
    for reader_id, thread_id, when in (
        (reader.id, thread.id, at(3)),
        (reader.id, elsewhere.id, at(4)),
        (other.id, thread.id, at(5)),
    ):
        add(session, ReadMarker(reader_id=reader_id, thread_id=thread_id, at=when))
    found = bookmarks_in(session, reader.id, ana.id, thread.id)
    assert (found.saved, found.liked, found.boosted) == ({answer.id}, {post.id}, {answer.id})
    assert found.seen_at == at(3)


def test_in_a_thread_that_was_never_opened_nothing_is_marked(
    session: Session, board: Board, ana: Person, reader: Reader
) -> None:
    thread, _ = a_thread(session, board)
    found = bookmarks_in(session, reader.id, ana.id, thread.id)
    assert (found.saved, found.liked, found.boosted, found.seen_at) == (set(), set(), set(), None)


def test_a_follow_from_home_counts_before_one_that_stays_here(
    session: Session, board: Board, ana: Person, reader: Reader, other: Reader
) -> None:
    benefits, care = a_board(session, "benefits"), a_board(session, "care")
    for one in (board, benefits):
        follow_here(session, reader.id, one)
        follow_here(session, reader.id, one)
    add(session, Follow(board_id=benefits.id, person_id=ana.id, uri="https://x/1", since=at(0)))
    add(session, Follow(board_id=care.id, person_id=other.person_id, uri="https://x/2", since=at(0)))
    assert followed_boards(session, reader.id, ana.id) == {board.id: "here", benefits.id: "home"}
    unfollow_here(session, other.id, board)
    unfollow_here(session, reader.id, benefits)
    assert followed_boards(session, reader.id, ana.id) == {board.id: "here", benefits.id: "home"}
    unfollow_here(session, reader.id, board)
    assert followed_boards(session, reader.id, ana.id) == {benefits.id: "home"}
    assert followed_boards(session, other.id, other.person_id) == {care.id: "home"}
