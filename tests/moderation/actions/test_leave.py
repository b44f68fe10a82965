"""Leaving something as it is: never what waits, and never one's own affair while there is somebody else."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import leave
from fedconnect.moderation.actions.action import ActionParams, Target
from fedconnect.moderation.actions.leave import LEAVE
from support.moderation_rows import a_context, an_admin, count, somebody_of_the_team
from support.more_moderation_rows import act
from support.unit import a_board, a_person, a_thread

NONE = ActionParams()


@pytest.mark.parametrize("state", list(PostState))
def test_what_waits_is_not_left_out_of_sight_for_good(session: Session, state: PostState) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), state=state)
    assert LEAVE.is_offered(post, board) is (state is not PostState.HELD)
    if state is PostState.HELD:
        with pytest.raises(Malformed):
            act(session, leave, board, post)
    else:
        assert act(session, leave, board, post) is not None
    assert (post.state, count(session, Decision)) == (state, int(state is not PostState.HELD))


def test_whoever_does_not_look_after_the_board_or_says_no_reason_leaves_nothing(session: Session) -> None:
    board, target = a_board(session), Target("https://home.example/posts/x")
    with pytest.raises(NotPermitted):
        leave.perform(session, a_context(board, a_person(session)), target, NONE)
    with pytest.raises(Malformed):
        leave.perform(session, a_context(board, reason=" "), target, NONE)
    assert count(session, Decision) == 0


def test_a_post_of_another_board_is_left_by_its_own_team_alone(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    _, post = a_thread(session, other, a_person(session))
    for by in (somebody_of_the_team(session, board), an_admin(session), None):
        with pytest.raises(NotPermitted):
            act(session, leave, board, post, by)
    assert count(session, Decision) == 0
    assert act(session, leave, other, post, somebody_of_the_team(session, other, "otto")) is not None


def test_ones_own_affair_is_for_a_colleague_and_for_who_runs_the_forum_where_there_is_none(
    session: Session,
) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    _, own = a_thread(session, board, mo)
    targets = [Target(own.uri, own), Target(mo.uri, person=mo), Target(mo.uri)]
    for target in targets:
        assert leave.perform(session, a_context(board, mo), target, NONE) is not None, "there is nobody else"
    an_admin(session)
    for target in targets:
        with pytest.raises(NotPermitted):
            leave.perform(session, a_context(board, mo), target, NONE)
    for by in (somebody_of_the_team(session, board, "meg"), None):
        for target in targets:
            assert leave.perform(session, a_context(board, by), target, NONE) is not None


def test_what_others_wrote_and_what_has_only_an_address_is_left_and_logged(session: Session) -> None:
    board = a_board(session)
    mo, _ = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, post = a_thread(session, board, a_person(session))
    _, boards_own = a_thread(session, board)
    for target in (Target(post.uri, post), Target(boards_own.uri, boards_own), Target("unnamed:7")):
        made = leave.perform(session, a_context(board, mo, case_id=7), target, NONE)
        assert made is not None
        about = target.post.id if target.post is not None else None
        assert (made.kind, made.subject_uri, made.post_id) == (DecisionKind.LEAVE, target.uri, about)
        assert (made.person_id, made.case_id) == (mo.id, 7)
