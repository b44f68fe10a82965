"""A mandate: for this board, by somebody who looks after it, with a rule and a reason; and the line that is written."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.post import Post
from fedconnect.moderation.authorization import (
    ModerationContext,
    authorize,
    authorize_lifting,
    authorize_restricting,
    check_words,
    record_decision,
    step_aside,
)
from support.moderation_rows import (
    a_context,
    a_decision,
    a_server,
    an_admin,
    count,
    emitted,
    somebody_of_the_team,
)
from support.unit import a_board, a_moderator, a_person, a_thread


def test_a_mandate_for_another_board_is_none(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    with pytest.raises(NotPermitted):
        authorize(session, a_context(board, mo), other.id)
    with pytest.raises(NotPermitted):
        authorize(session, a_context(board, None), other.id)
    with pytest.raises(NotPermitted):
        authorize(session, a_context(other, mo), other.id)
    authorize(session, a_context(board, mo), board.id)


def test_who_was_blocked_or_is_somebody_else_by_now_decides_nothing(session: Session) -> None:
    board = a_board(session)
    mo, ada = somebody_of_the_team(session, board), an_admin(session, host="admin.example")
    authorize(session, a_context(board, ada), board.id)
    mo.quarantined_at = clock.now()
    a_server(session, "admin.example", Policy.BLOCKED)
    for person in (mo, ada):
        with pytest.raises(NotPermitted):
            authorize(session, a_context(board, person), board.id)


@pytest.mark.parametrize(
    ("reason", "rule"),
    [("", "R"), ("Why", ""), (" \n", "R"), ("Why", "\t"), ("x" * 2001, "R"), ("Why", "x" * 501)],
)
def test_without_a_rule_and_a_reason_of_bearable_length_nothing_is_decided(
    session: Session, reason: str, rule: str
) -> None:
    board = a_board(session)
    with pytest.raises(Malformed):
        authorize(session, a_context(board, reason=reason, rule=rule), board.id)
    authorize(session, a_context(board, reason=reason, rule=rule, was_said=True), board.id)


def test_a_reason_and_a_rule_may_be_as_long_as_that() -> None:
    check_words("x" * 2000, "x" * 500)


def test_what_another_server_said_is_cut_where_it_is_too_long(session: Session) -> None:
    context = a_context(a_board(session), reason="x" * 9000, rule="y" * 9000, was_said=True)
    made = record_decision(session, context, DecisionKind.LOCK, "uri", detail="z" * 501)
    assert (len(made.reason), len(made.rule), len(made.detail)) == (2000, 500, 500)


def test_a_decision_is_written_with_all_that_it_rests_on_and_said_once(session: Session) -> None:
    board = a_board(session)
    mo, (_, post) = somebody_of_the_team(session, board), a_thread(session, board)
    context = a_context(board, mo, gentle="distress", case_id=7, is_told=True, was_said=True)
    made = record_decision(session, context, DecisionKind.REMOVE, post.uri, post=post, until=clock.now())
    assert (made.board_id, made.person_id, made.post_id) == (board.id, mo.id, post.id)
    assert (made.case_id, made.gentle, made.is_automated, made.subject_uri) == (
        7,
        "distress",
        False,
        post.uri,
    )
    assert made.until is not None
    assert emitted(session) == [DecisionMade(made.id, was_said=True, is_told=True)]
    assert count(session, Decision) == 1


def test_to_decide_is_to_be_there_and_a_machine_is_not(session: Session) -> None:
    board = a_board(session)
    record_decision(session, a_context(board, is_automated=True), DecisionKind.BAN, "uri")
    assert board.attended_at is None
    record_decision(session, a_context(board, somebody_of_the_team(session, board)), DecisionKind.BAN, "uri")
    assert board.attended_at is not None


def may_restore(session: Session, context: ModerationContext, post: Post) -> None:
    authorize_lifting(session, context, post, DecisionKind.REMOVE, by=DecisionKind.RESTORE)


def test_nobody_lifts_from_their_own_post_what_somebody_else_decided(session: Session) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo)
    _, others = a_thread(session, board, a_person(session))
    a_decision(session, board, post_id=own.id, person_id=mo.id)
    may_restore(session, a_context(board, mo), own)
    a_decision(session, board, post_id=own.id, person_id=meg.id)
    with pytest.raises(NotPermitted) as told:
        may_restore(session, a_context(board, mo), own)
    assert "somebody else" in told.value.safe
    may_restore(session, a_context(board, mo), others)
    may_restore(session, a_context(board, meg), own)
    may_restore(session, a_context(board, None), own)


def test_a_held_post_of_ones_own_is_for_a_colleague_where_nobody_has_decided_yet(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    _, own = a_thread(session, board, mo)
    may_restore(session, a_context(board, mo), own)  # there is nobody else
    an_admin(session)
    with pytest.raises(NotPermitted):
        may_restore(session, a_context(board, mo), own)


def test_whoever_wrote_what_is_restricted_already_makes_no_decision_of_their_own_of_it(
    session: Session,
) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo)
    authorize_restricting(session, a_context(board, mo), own, is_restricted=False)
    with pytest.raises(NotPermitted):
        authorize_restricting(session, a_context(board, mo), own, is_restricted=True)
    for other in (meg, None):
        authorize_restricting(session, a_context(board, other), own, is_restricted=True)


@pytest.mark.parametrize("kind", sorted(set(DecisionKind) - {DecisionKind.REMOVE}))
def test_a_decision_of_another_kind_on_ones_own_post_is_no_way_to_lift_a_colleagues(
    session: Session, kind: DecisionKind
) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo)
    a_decision(session, board, post_id=own.id, person_id=meg.id)
    a_decision(session, board, post_id=own.id, person_id=mo.id, kind=kind)
    with pytest.raises(NotPermitted):
        may_restore(session, a_context(board, mo), own)


def test_what_was_lifted_once_and_decided_again_is_lifted_by_whom_may_lift_the_later_one(
    session: Session,
) -> None:
    board = a_board(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    _, own = a_thread(session, board, mo)
    for person, kind in ((mo, DecisionKind.REMOVE), (meg, DecisionKind.RESTORE)):
        a_decision(session, board, post_id=own.id, person_id=person.id, kind=kind)
    with pytest.raises(NotPermitted):  # out of sight again, and no moderator's decision says why
        may_restore(session, a_context(board, mo), own)
    a_decision(session, board, post_id=own.id, person_id=mo.id)
    a_decision(session, board, post_id=own.id, person_id=meg.id, kind=DecisionKind.LOCK)
    may_restore(session, a_context(board, mo), own)


def test_who_cannot_act_any_more_is_nobody_to_step_aside_for(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    somebody_of_the_team(session, other, "otto")
    gone = a_person(session, "gone", gone_at=clock.now())
    a_moderator(session, board, gone)
    step_aside(session, a_context(board, mo))
    step_aside(session, a_context(board, None))
    gone.gone_at = None
    session.flush()
    with pytest.raises(NotPermitted):
        step_aside(session, a_context(board, mo))
