"""Another title: for a conversation that somebody began, in one line, and only where it changes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade, PostEdited
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import retitle
from fedconnect.moderation.actions.retitle import RETITLE
from support.moderation_rows import count, emitted, somebody_of_the_team
from support.more_moderation_rows import act
from support.unit import a_board, a_person, a_post, a_thread


def test_another_boards_team_gives_no_title(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    thread, post = a_thread(session, board, a_person(session))
    otto = somebody_of_the_team(session, other, "otto")
    for on in (board, other):
        with pytest.raises(NotPermitted):
            act(session, retitle, on, post, otto, title="Another")
    assert (thread.title, thread.is_retitled, emitted(session)) == ("Respite in August", False, [])


def test_an_answer_gives_its_conversation_no_title(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, a_person(session))
    answer = a_post(session, thread)
    assert act(session, retitle, board, answer, title="Another") is None
    assert act(session, retitle, board, starter, title="Respite in August") is None, "it has that title"
    made = act(session, retitle, board, starter, title="Another")
    assert made is not None
    assert (thread.title, thread.is_retitled, made.detail) == ("Another", True, "Another")


def test_a_title_that_is_none_is_refused_also_where_nothing_would_change(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, a_person(session))
    for post in (starter, a_post(session, thread)):
        with pytest.raises(Malformed):
            act(session, retitle, board, post, title="\u200b")
    assert count(session, Decision) == 0


def test_a_title_is_told_as_an_edit_and_keeps_the_words(session: Session) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session), source="<p>HELP!!!</p>")
    made = act(session, retitle, board, post, title=" Help\n with a form ")
    assert made is not None
    assert (made.kind, made.detail, made.post_id) == (DecisionKind.RETITLE, "Help with a form", post.id)
    assert post.source == "<p>HELP!!!</p>"
    told = [PostEdited(post.id, thread.id, board.id), DecisionMade(made.id, was_said=False)]
    assert emitted(session) == told


@pytest.mark.parametrize("state", list(PostState))
def test_it_is_offered_where_a_conversation_begins_that_can_be_seen(
    session: Session, state: PostState
) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board, state=state)
    assert RETITLE.is_offered(starter, board) is (state is PostState.VISIBLE)
    assert not RETITLE.is_offered(a_post(session, thread), board)
