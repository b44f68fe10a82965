"""A board begins with a pinned welcome that nobody needs to answer."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.forum import quiet_ways
from fedconnect.forum.threads import locked_row
from fedconnect.forum.welcome_post import find_welcome, write_welcome
from fedconnect.models.post import PostState
from support.forum import BASE
from support.forum_rows import said
from support.unit import a_board


def test_a_board_without_a_welcome_has_none(session: Session) -> None:
    assert find_welcome(session, a_board(session)) is None


def test_a_welcome_is_the_boards_own_pinned_and_answered(session: Session) -> None:
    board = a_board(session, name="<i>Respite</i> & care")
    other = a_board(session, "benefits")
    write_welcome(session, board)
    post = find_welcome(session, board)
    assert post is not None
    thread = locked_row(session, post.thread_id)
    assert (thread.pinned, thread.answered, thread.is_listed, thread.is_public) == (True, True, True, True)
    assert thread.title == "Welcome to <i>Respite</i> & care: how to take part"  # plain text, as every title
    assert (post.person_id, post.board_id, post.url) == (None, board.id, post.uri)
    assert post.uri.startswith(f"{BASE}/boards/respite/posts/")
    assert "@respite@forum.example" in post.body_html
    assert "<i>" not in post.source
    assert [one.post_id for one in said(session, PostPublished)] == [post.id]
    assert find_welcome(session, other) is None


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_a_welcome_that_was_taken_down_is_none(session: Session, state: PostState) -> None:
    board = a_board(session)
    write_welcome(session, board)
    post = find_welcome(session, board)
    assert post is not None
    post.state = state
    session.flush()
    assert find_welcome(session, board) is None


@pytest.mark.parametrize("language", ["en", "de-AT", "es", "fr"])
def test_a_welcome_names_every_way_that_needs_no_sign_in(
    session: Session, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(quiet_ways, "letter_handle", lambda: "@letter@forum.example")
    board = a_board(session, language=language)
    write_welcome(session, board)
    post = find_welcome(session, board)
    assert post is not None
    for handle in ("@respite@forum.example", "@respite_quiet@forum.example", "@letter@forum.example"):
        assert handle in post.body_html
    assert post.language == ("en" if language == "fr" else language[:2])


def test_without_the_letter_it_names_none(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet_ways, "letter_handle", lambda: "")
    board = a_board(session)
    write_welcome(session, board)
    post = find_welcome(session, board)
    assert post is not None
    assert "letter" not in post.body_html
