"""An answer becomes a conversation of its own: only one in sight, with a title, with everything under it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation.actions import split
from fedconnect.moderation.actions.split import SPLIT
from support.moderation_rows import count, emitted, somebody_of_the_team
from support.more_moderation_rows import act
from support.unit import a_board, a_person, a_post, a_thread


def test_another_boards_team_splits_nothing_and_nothing_goes_without_a_title(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana, parent_id=starter.id)
    otto, mo = somebody_of_the_team(session, other, "otto"), somebody_of_the_team(session, board)
    for on in (board, other):
        with pytest.raises(NotPermitted):
            act(session, split, on, answer, otto, title="Its own")
    for title in ("", "x" * 141):
        with pytest.raises(Malformed):
            act(session, split, board, answer, mo, title=title)
    assert (count(session, Thread), answer.is_starter, emitted(session)) == (1, False, [])


def test_only_an_answer_in_sight_becomes_a_conversation_of_its_own(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    hidden = [
        a_post(session, thread, ana, state=state) for state in PostState if state is not PostState.VISIBLE
    ]
    for one in (starter, *hidden):
        assert act(session, split, board, one, title="Its own") is None
    answer = a_post(session, thread, ana, parent_id=starter.id)
    under = a_post(session, thread, ana, parent_id=answer.id)
    assert act(session, split, board, answer, title="Its own") is not None
    new = session.get_one(Thread, answer.thread_id)
    assert (new.title, new.starter_uri, new.board_id) == ("Its own", answer.uri, board.id)
    assert (under.thread_id, starter.thread_id, answer.is_starter) == (new.id, thread.id, True)


def test_a_conversation_of_its_own_is_told_and_logged_with_its_title(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana, parent_id=starter.id)
    made = act(session, split, board, answer, title=" Quite\n another ")
    assert made is not None
    assert (made.kind, made.detail, made.post_id) == (DecisionKind.SPLIT, "Quite another", answer.id)
    assert session.get_one(Thread, answer.thread_id).title == "Quite another"
    told = PostPublished(answer.id, answer.thread_id, board.id, is_starter=True)
    assert told in emitted(session)
    assert act(session, split, board, answer, title="Once more") is None, "it begins one already"
    assert count(session, Decision) == 1


@pytest.mark.parametrize("state", list(PostState))
def test_it_is_offered_on_an_answer_that_can_be_seen(session: Session, state: PostState) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board)
    assert SPLIT.is_offered(a_post(session, thread, state=state), board) is (state is PostState.VISIBLE)
    assert not SPLIT.is_offered(starter, board)
