"""The one way to do something: what is refused before it happens, what closes, what can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from support.moderation_rows import a_ban, a_case, a_context, a_decision, count, every, somebody_of_the_team
from support.unit import a_board, a_person, a_post, a_thread

NONE = ActionParams()


def done(
    session: Session, board: Board, post: Post, name: str, params: ActionParams = NONE, **context: Any
) -> Decision | None:
    return registry.perform(session, a_context(board, **context), post, name, params)


@pytest.mark.parametrize("name", ["", "hold", "reopen", "REMOVE", "settings", "server", "x" * 5000])
def test_what_no_button_offers_cannot_be_asked_for(session: Session, name: str) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        done(session, board, post, name)
    with pytest.raises(Malformed):
        registry.perform_on_person(session, a_context(board), a_person(session, "bea"), name, NONE)
    assert count(session, Decision) == 0


@pytest.mark.parametrize(
    "name", ["sensitive", "uncover", "safeguard", "pin", "retitle", "split", "move", "merge"]
)
def test_what_would_tell_of_a_board_that_stays_here_is_refused_there(session: Session, name: str) -> None:
    board = a_board(session, is_local_only=True)
    _, post = a_thread(session, board, a_person(session))
    with pytest.raises(Malformed):
        done(session, board, post, name, ActionParams(title="T", board="x", thread="1"))


def test_a_post_of_another_board_is_not_decided_on(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    _, post = a_thread(session, other, a_person(session))
    mo = somebody_of_the_team(session, board)
    with pytest.raises(NotPermitted):
        done(session, board, post, "remove", moderator=mo)
    assert post.state is PostState.VISIBLE


@pytest.mark.parametrize("name", ["remove", "pin", "warn", "release", "retitle"])
def test_on_somebody_as_such_only_what_concerns_them_can_be_done(session: Session, name: str) -> None:
    with pytest.raises(Malformed):
        registry.perform_on_person(session, a_context(a_board(session)), a_person(session), name, NONE)


def test_where_nothing_changed_nothing_is_closed_or_logged(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    case = a_case(session, board, post.uri, post_id=post.id)
    for name in ("release", "restore", "uncover", "unlock", "unpin", "unban", "free_author", "unsafeguard"):
        assert done(session, board, post, name) is None, name
    assert (case.state, count(session, Decision)) == (CaseState.OPEN, 0)


def test_a_decision_on_a_post_closes_what_was_asked_about_it(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    case = a_case(session, board, post.uri, post_id=post.id)
    other = a_case(session, board, "other")
    assert done(session, board, post, "remove") is not None
    assert (post.state, case.state, other.state) == (PostState.REMOVED, CaseState.CLOSED, CaseState.OPEN)


def test_a_decision_on_somebody_closes_their_report_on_this_board_alone(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    here, there = a_case(session, board, ana.uri), a_case(session, other, ana.uri)
    message = a_case(session, board, ana.uri, kind=CaseKind.MESSAGE)
    made = registry.perform_on_person(session, a_context(board), ana, "ban", NONE)
    assert made is not None
    assert (here.state, there.state, message.state) == (CaseState.CLOSED, CaseState.OPEN, CaseState.OPEN)
    a_ban_of = every(session, Ban)
    assert [(one.board_id, one.person_id) for one in a_ban_of] == [(board.id, ana.id)]


def taken_back(session: Session, board: Board, made: Decision | None, **values: Any) -> Decision | None:
    assert made is not None
    return registry.take_back(session, a_context(board), made, **values)


@pytest.mark.parametrize(
    ("name", "state", "inverse"),
    [
        ("remove", PostState.VISIBLE, DecisionKind.RESTORE),
        ("release", PostState.HELD, DecisionKind.HOLD),
        ("restore", PostState.REMOVED, DecisionKind.REMOVE),
        ("sensitive", PostState.VISIBLE, DecisionKind.UNCOVER),
        ("safeguard", PostState.VISIBLE, DecisionKind.UNSAFEGUARD),
        ("lock", PostState.VISIBLE, DecisionKind.UNLOCK),
        ("leave", PostState.VISIBLE, DecisionKind.REOPEN),
    ],
)  # fmt: skip
def test_what_is_taken_back_is_as_it_was(
    session: Session, name: str, state: PostState, inverse: DecisionKind
) -> None:
    board = a_board(session)
    thread, post = a_thread(session, board, a_person(session), state=state)
    made = done(session, board, post, name, ActionParams(warning="Careful"))
    back = taken_back(session, board, made)
    assert back is not None
    assert (back.kind, post.state) == (inverse, state)
    assert (thread.state, thread.pinned, post.covered, post.warning) == (ThreadState.OPEN, False, None, "")


@pytest.mark.parametrize("name", ["warn", "unban", "retitle", "split"])
def test_what_has_no_inverse_is_left(session: Session, name: str) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    post = a_post(session, thread, ana) if name == "split" else starter
    a_ban(session, board, ana)
    made = done(session, board, post, name, ActionParams(title="Another title"))
    assert taken_back(session, board, made) is None
    assert count(session, Decision) == 1


def test_what_was_decided_on_somebody_is_left_where_others_may_have_decided_since(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    made = registry.perform_on_person(session, a_context(board), ana, "ban", NONE)
    assert taken_back(session, board, made, on_persons=False) is None
    assert count(session, Ban) == 1
    assert taken_back(session, board, made) is not None
    assert count(session, Ban) == 0


def test_what_was_about_a_post_that_is_gone_from_the_table_is_left(session: Session) -> None:
    board = a_board(session)
    for kind in (DecisionKind.REMOVE, DecisionKind.BAN, DecisionKind.LOCK, DecisionKind.SETTINGS):
        assert taken_back(session, board, a_decision(session, board, kind=kind)) is None
    left = a_decision(session, board, kind=DecisionKind.LEAVE)
    assert taken_back(session, board, left) is not None, "it is about an address"
