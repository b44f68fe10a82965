"""What follows for the search index when a post comes, changes or goes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import PostEdited, PostPublished, PostWithdrawn
from fedconnect.forum import search
from fedconnect.forum.search import Question
from fedconnect.forum.search_index import index_post, unindex_post
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from support.unit import a_board, a_person, a_post, a_thread


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


def found(session: Session, words: str) -> list[int]:
    return [one.post_id for one in search.search(session, Question(words))[0]]


def test_an_edit_takes_the_old_words_out_and_a_withdrawal_all(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(session, board, ana, title="Title", body_html="<p>old</p>")
    answer = a_post(session, thread, ana, body_html="<p>answer</p>")
    for one in (post, answer):
        index_post(session, PostEdited(one.id, thread.id, board.id))
    assert (found(session, "title"), found(session, "old")) == ([post.id], [post.id])
    post.body_html = "<p>new</p>"
    index_post(session, PostEdited(post.id, thread.id, board.id))
    assert (found(session, "old"), found(session, "new"), found(session, "answer")) == (
        [],
        [post.id],
        [answer.id],
    )
    unindex_post(session, PostWithdrawn(post.id, thread.id, board.id, is_starter=True))
    assert (found(session, "new"), found(session, "answer")) == ([], [answer.id])


@pytest.mark.parametrize("change", [{"state": PostState.HELD}, {"visibility": Visibility.UNLISTED}])
def test_a_post_that_was_held_or_hidden_meanwhile_is_not_found_by_its_edit(
    session: Session, board: Board, ana: Person, change: dict[str, Any]
) -> None:
    thread, post = a_thread(session, board, ana, title="Title")
    index_post(session, PostPublished(post.id, thread.id, board.id, is_starter=True))
    before = post.state, post.visibility
    for name, value in change.items():
        setattr(post, name, value)
    index_post(session, PostEdited(post.id, thread.id, board.id))
    post.state, post.visibility = before
    session.flush()
    assert found(session, "title") == [], "its words were taken out, and are not only hidden"


def test_a_post_is_found_once_however_often_it_is_said_to_have_come(
    session: Session, board: Board, ana: Person
) -> None:
    thread, post = a_thread(session, board, ana, title="Title")
    for _ in range(2):
        index_post(session, PostPublished(post.id, thread.id, board.id, is_starter=True))
    assert found(session, "title") == [post.id]
    unindex_post(session, PostWithdrawn(post.id, thread.id, board.id, is_starter=True))
    unindex_post(session, PostWithdrawn(post.id, thread.id, board.id, is_starter=True))
    assert found(session, "title") == []
