"""Safeguarding: a post goes to listeners alone, once, whatever its hearing was, by its own board's team."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade, PostSafeguarded
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import registry, safeguard_post, unsafeguard_post
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.actions.safeguard_post import SAFEGUARD
from fedconnect.surfacing.hearing import lifecycle
from support.moderation_rows import a_context, count, emitted, every, somebody_of_the_team
from support.more_moderation_rows import a_local_board, a_local_post, act
from support.unit import a_board, a_person, a_post, a_thread


def test_another_boards_team_safeguards_nothing(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    _, post = a_thread(session, board, a_person(session))
    otto = somebody_of_the_team(session, other, "otto")
    for on in (board, other):
        with pytest.raises(NotPermitted):
            act(session, safeguard_post, on, post, otto)
    assert (count(session, Hearing), emitted(session)) == (0, [])


def test_a_post_that_stays_here_has_no_listeners_to_go_to(session: Session) -> None:
    board = a_local_board(session)
    post = a_local_post(session, board, a_person(session))
    with pytest.raises(Malformed):
        registry.perform(session, a_context(board), post, "safeguard", ActionParams())
    assert count(session, Hearing) == 0


@pytest.mark.parametrize(
    "state", [None, HearingState.WAITING, HearingState.OPEN, HearingState.HEARD, HearingState.CLOSED]
)
def test_whatever_its_hearing_was_it_ends_and_is_told_once(
    session: Session, state: HearingState | None
) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session))
    if state is not None:
        lifecycle.begin(session, post, is_starter=True, begun_at=post.published)
        every(session, Hearing)[0].state = state
    made = act(session, safeguard_post, board, post)
    assert made is not None
    (hearing,) = every(session, Hearing)
    assert (hearing.state, hearing.exclusion) == (HearingState.CLOSED, Exclusion.SAFEGUARDING)
    assert (made.kind, made.post_id) == (DecisionKind.SAFEGUARD, post.id)
    told = [PostSafeguarded(post.id, thread.id, board.id), DecisionMade(made.id, was_said=False)]
    assert emitted(session) == told
    assert act(session, safeguard_post, board, post) is None
    assert (emitted(session), count(session, Decision)) == (told, 1)


def test_it_is_of_this_post_and_not_of_its_conversation(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana)
    assert act(session, safeguard_post, board, answer) is not None
    assert not lifecycle.is_safeguarded(session, starter.id)
    assert [one.is_starter for one in every(session, Hearing)] == [False]


def test_what_ended_it_can_begin_it_again(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    assert act(session, unsafeguard_post, board, post) is None, "it was not"
    for action in (safeguard_post, unsafeguard_post, safeguard_post):
        assert act(session, action, board, post) is not None
    assert lifecycle.is_safeguarded(session, post.id)


@pytest.mark.parametrize("state", list(PostState))
def test_it_is_offered_on_what_can_be_seen(session: Session, state: PostState) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, state=state)
    assert SAFEGUARD.is_offered(post, board) is (state is PostState.VISIBLE)
