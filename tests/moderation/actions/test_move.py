"""Moving a conversation: to a board that one looks after too, with its cases, never the board's own words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import Cause, PostPublished, PostWithdrawn
from fedconnect.foundation.errors import NotFound, NotPermitted
from fedconnect.models.case import CaseState
from fedconnect.models.decision import Decision
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import move
from fedconnect.moderation.actions.move import MOVE
from support.moderation_rows import a_case, an_admin, count, emitted, somebody_of_the_team
from support.more_moderation_rows import act
from support.unit import a_board, a_moderator, a_person, a_post, a_thread


def test_nobody_moves_a_conversation_to_a_board_that_they_do_not_look_after(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    thread, post = a_thread(session, board, a_person(session))
    with pytest.raises(NotPermitted):
        act(session, move, board, post, mo, board="other")
    a_moderator(session, other, mo)
    made = act(session, move, board, post, mo, board="other")
    assert made is not None
    assert (thread.board_id, post.board_id, made.detail, made.board_id) == (
        other.id,
        other.id,
        "other",
        board.id,
    )


def test_what_cannot_be_moved_stays(session: Session) -> None:
    board = a_board(session)
    a_board(session, "other")
    a_board(session, "moved", moved_to="https://x.example")
    a_board(session, "sealed", is_local_only=True)
    thread, post = a_thread(session, board, a_person(session))
    _, own = a_thread(session, board)
    for one, slug in ((post, "respite"), (post, "moved"), (a_post(session, thread), "other"), (own, "other")):
        assert act(session, move, board, one, board=slug) is None
    for slug in ("sealed", "", "nowhere"):
        with pytest.raises(NotFound):
            act(session, move, board, post, board=slug)
    assert (thread.board_id, count(session, Decision)) == (board.id, 0)


def test_nobody_takes_a_conversation_from_a_board_that_they_do_not_look_after(session: Session) -> None:
    board, mine = a_board(session), a_board(session, "mine")
    otto = somebody_of_the_team(session, mine, "otto")
    thread, post = a_thread(session, board, a_person(session))
    for on in (board, mine):
        with pytest.raises(NotPermitted):
            act(session, move, on, post, otto, board="mine")
    assert (thread.board_id, emitted(session)) == (board.id, [])


def test_who_runs_the_forum_moves_it_anywhere(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    ada, bob = an_admin(session), a_person(session, "bob")
    for by in (ada, None):
        _, post = a_thread(session, board, bob)
        assert act(session, move, board, post, by, board="other") is not None
        assert post.board_id == other.id


def test_answers_and_open_cases_go_along_and_followers_of_both_boards_hear_of_it(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    thread, post = a_thread(session, board, ana, thread_pinned=True)
    answer, held = a_post(session, thread, ana), a_post(session, thread, ana, state=PostState.HELD)
    open_case = a_case(session, board, post.uri, post_id=post.id)
    closed = a_case(session, board, answer.uri, post_id=answer.id, state=CaseState.CLOSED)
    act(session, move, board, post, board="other")
    session.expire_all()
    assert {one.board_id for one in (post, answer, held)} == {other.id}
    assert (open_case.board_id, closed.board_id) == (other.id, board.id)
    assert (thread.moved_from_id, thread.pinned) == (board.id, False)
    told = emitted(session)
    gone = [(one.post_id, one.board_id, one.cause) for one in told if isinstance(one, PostWithdrawn)]
    come = [(one.post_id, one.board_id, one.was_moved) for one in told if isinstance(one, PostPublished)]
    assert gone == [(one.id, board.id, Cause.MOVED) for one in (post, answer)]
    assert come == [(one.id, other.id, True) for one in (post, answer)]


@pytest.mark.parametrize("state", list(PostState))
def test_it_is_offered_on_what_somebody_began_and_can_be_seen(session: Session, state: PostState) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana, state=state)
    assert MOVE.is_offered(starter, board) is (state is PostState.VISIBLE)
    assert not MOVE.is_offered(a_post(session, thread, ana), board)
    assert not MOVE.is_offered(a_thread(session, board)[1], board), "the board's own words"
