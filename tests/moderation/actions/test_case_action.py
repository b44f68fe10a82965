"""A decision on a case: what cannot be decided there, what closes it, and who leaves it to somebody else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import thread_moves
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.moderation.actions import case_action, registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.cases import cases
from support.moderation_rows import a_case, a_context, count, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, a_thread

NONE = ActionParams()


def decided(session: Session, board: Board, case: Any, name: str, **params: Any) -> Decision | None:
    return case_action.decide(session, a_context(board), case, name, ActionParams(**params))


@pytest.mark.parametrize("kind", [CaseKind.APPEAL, CaseKind.ANONYMOUS])
def test_somebody_who_waits_for_an_answer_is_not_decided_away(session: Session, kind: CaseKind) -> None:
    board = a_board(session)
    case = a_case(session, board, kind=kind)
    for name in ("leave", "remove"):
        with pytest.raises(Malformed):
            decided(session, board, case, name)
    assert case.state is CaseState.OPEN


def test_a_message_can_only_be_left_and_so_can_a_report_of_nobody_known(session: Session) -> None:
    board = a_board(session)
    message = a_case(session, board, a_person(session).uri, kind=CaseKind.MESSAGE)
    unknown = a_case(session, board, "https://x.example/unknown")
    for case in (message, unknown):
        with pytest.raises(Malformed):
            decided(session, board, case, "ban")
        assert case.state is CaseState.OPEN
        assert decided(session, board, case, "leave") is not None
        assert case.state is CaseState.CLOSED
    assert [one.kind for one in case_action.offered(message, None, board)] == [DecisionKind.LEAVE]


def test_a_reported_person_is_banned_and_their_case_closed(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    case = a_case(session, board, ana.uri)
    made = decided(session, board, case, "ban", days=0)
    assert made is not None
    assert (made.subject_uri, case.state) == (ana.uri, CaseState.CLOSED)
    with pytest.raises(Malformed, match="decided"):
        decided(session, board, case, "ban", days=1)
    assert count(session, Decision) == 1


@pytest.mark.parametrize("name", ["warn", "leave", "remove"])
def test_a_closed_case_is_not_decided_again_until_it_is_opened_again(session: Session, name: str) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    case = a_case(session, board, post.uri, post_id=post.id, state=CaseState.CLOSED)
    with pytest.raises(Malformed, match="decided"):
        decided(session, board, case, name)
    assert (post.state, count(session, Decision)) == (PostState.VISIBLE, 0)
    cases.reopen(session, case)
    assert decided(session, board, case, name) is not None


def test_a_case_on_which_nothing_changed_stays_open(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    case = a_case(session, board, post.uri, post_id=post.id)
    assert decided(session, board, case, "restore") is None
    assert case.state is CaseState.OPEN


def test_whom_it_is_about_does_not_leave_it_as_it_is(session: Session) -> None:
    board = a_board(session)
    mo, _ = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo)

    def leave(case: Any, by: Person) -> Decision | None:
        return case_action.decide(session, a_context(board, by), case, "leave", NONE)

    for case in (a_case(session, board, mo.uri), a_case(session, board, own.uri, post_id=own.id)):
        with pytest.raises(NotPermitted):
            leave(case, mo)
        assert case.state is CaseState.OPEN
    assert leave(a_case(session, board, "https://x.example/other"), mo) is not None


@pytest.mark.parametrize("state", list(PostState))
def test_a_case_that_stayed_behind_when_its_post_was_moved_is_taken_off_the_list_and_says_nothing_of_the_post(
    session: Session, state: PostState
) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    thread, post = a_thread(session, board, mo, state=state)
    case, theirs = (a_case(session, one, post.uri, post_id=post.id) for one in (board, other))
    thread_moves.move(session, thread, other)
    assert (case.board_id, post.board_id) == (board.id, other.id), "the other team has a case of its own"
    for name in ("remove", "restore", "warn", "lock"):
        with suppress(NotPermitted):
            assert decided(session, board, case, name) is None
    made = case_action.decide(session, a_context(board, mo), case, "leave", NONE)
    assert made is not None
    assert (made.kind, made.subject_uri, made.post_id) == (DecisionKind.LEAVE, post.uri, None)
    assert (post.state, case.state, theirs.state) == (state, CaseState.CLOSED, CaseState.OPEN)


def test_leaving_a_case_that_stayed_behind_lifts_nothing_from_ones_own_post_elsewhere(
    session: Session,
) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, otto = somebody_of_the_team(session, board), somebody_of_the_team(session, other, "otto")
    a_moderator(session, other, mo)
    thread, post = a_thread(session, board, mo)
    case, _ = (a_case(session, one, post.uri, post_id=post.id) for one in (board, other))
    thread_moves.move(session, thread, other)
    registry.perform(session, a_context(other, otto), post, "remove", NONE)
    assert case_action.decide(session, a_context(board, mo), case, "leave", NONE) is not None
    with pytest.raises(NotPermitted):
        registry.perform(session, a_context(other, mo), post, "restore", NONE)
    assert post.state is PostState.REMOVED


def test_what_waits_is_shown_or_removed_and_never_left_as_it_is(session: Session) -> None:
    board = a_board(session)
    for kind in (CaseKind.HELD, CaseKind.REPORT):
        _, post = a_thread(session, board, a_person(session, kind.value), state=PostState.HELD)
        case = a_case(session, board, post.uri, kind=kind, post_id=post.id)
        with pytest.raises(Malformed):
            decided(session, board, case, "leave")
        assert (post.state, case.state) == (PostState.HELD, CaseState.OPEN)


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED, PostState.DELETED])
@pytest.mark.parametrize("name", sorted(registry.ACTIONS))
def test_what_no_form_offers_for_a_post_as_it_is_now_changes_nothing(
    session: Session, state: PostState, name: str
) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), state=state)
    case = a_case(session, board, post.uri, post_id=post.id)
    if name in {one.kind for one in case_action.offered(case, post, board)}:
        return
    try:
        params = ActionParams(title="Another", board="x", thread="1")
        assert case_action.decide(session, a_context(board), case, name, params) is None
    except Malformed:
        pass  # no form offers it at all, or it is said in a sentence
    assert (post.state, case.state, count(session, Decision)) == (state, CaseState.OPEN, 0)
