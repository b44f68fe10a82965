"""A post as plugins see it: only what anybody may read, and whose words it is."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.plugin_post_views import find_post_view
from fedconnect.models.post import PostState
from support.forum_rows import at
from support.unit import a_board, a_person, a_post, a_thread


@pytest.mark.parametrize("visibility", [one for one in Visibility if one.value not in {"public", "unlisted"}])
def test_no_plugin_sees_what_was_meant_for_somebody(session: Session, visibility: Visibility) -> None:
    thread, _ = a_thread(session, a_board(session), a_person(session))
    assert find_post_view(session, a_post(session, thread, None, visibility=visibility).id) is None


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
def test_no_plugin_sees_what_does_not_stand(session: Session, state: PostState) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), state=state)
    assert find_post_view(session, post.id) is None


def test_what_is_not_here_is_nothing(session: Session) -> None:
    thread, post = a_thread(session, a_board(session), a_person(session))
    assert find_post_view(session, post.id + 1) is None
    assert thread.id != post.id
    assert find_post_view(session, thread.id) is None, "a thread's number is no post's"


def test_a_view_is_of_the_post_that_was_asked_for_on_its_own_board(session: Session) -> None:
    a_thread(session, a_board(session, "benefits"), a_person(session, "ben"), title="Another")
    board = a_board(session, "respite", name="Respite care")
    thread, _ = a_thread(session, board, a_person(session, "ana"), title="August")
    answer = a_post(
        session, thread, a_person(session, "lea"), uri="https://far.example/7", published=at(3),
        body_html="<p>Try <b>this</b></p>", source="<p>Try <b>this</b></p>", visibility=Visibility.UNLISTED,
    )  # fmt: skip
    view = find_post_view(session, answer.id)
    assert view is not None
    assert (view.id, view.uri, view.published) == (answer.id, "https://far.example/7", at(3))
    assert (view.board_slug, view.title, view.author_name) == ("respite", "August", "Lea")
    assert (view.html, view.text, view.hashtags) == ("<p>Try <b>this</b></p>", "Try this", ())
    assert view.path == f"/boards/respite/threads/{thread.id}", "the thread's number, not the post's"
    assert not view.is_starter
    assert view.author_handle == "@lea@home.example"


def test_whoever_has_no_name_is_called_as_they_sign(session: Session) -> None:
    _, post = a_thread(session, a_board(session), a_person(session, "kim"))
    assert (view := find_post_view(session, post.id)) is not None
    assert view.author_name == "Kim"
    nameless = a_person(session, "bo")
    nameless.name = ""
    _, other = a_thread(session, a_board(session, "other"), nameless)
    assert (view := find_post_view(session, other.id)) is not None
    assert view.author_name == "bo"
