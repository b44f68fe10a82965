"""Deciding on a case, on several alike, on a post: by whom, by which rule, and what is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.boards import board_rules
from fedconnect.moderation.cases import reports
from fedconnect.moderation.casework import case_work, deciding
from fedconnect.moderation.casework.decision_form import DecisionForm
from support.moderation_rows import (
    a_case,
    a_context,
    a_visit,
    an_admin,
    count,
    emitted,
    every,
    somebody_of_the_team,
)
from support.more_moderation_rows import address_of
from support.unit import Unit, a_board, a_moderator, a_person, a_thread

RULE = "1. Be kind: no attacks, no hate, no mockery."


def form(action: str, **values: str) -> DecisionForm:
    """What somebody decides, with a rule and a reason."""
    of_params = {name: values.pop(name) for name in ("title", "board", "thread") if name in values}
    known = {"reason": "It mocks somebody.", "rule": RULE, **values}
    return DecisionForm(action, **known, params=ActionParams(**of_params))


def reported(session: Session, board: Board, **values: str) -> tuple[Case, Post]:
    _, post = a_thread(session, board, a_person(session, f"author{count(session, Post)}"))
    return a_case(session, board, post.uri, post_id=post.id, **values), post


def a_visitor(session: Session, board: Board, name: str = "mo") -> Visit:
    return a_visit(session, somebody_of_the_team(session, board, name))


def test_another_team_decides_on_no_case_and_on_no_post(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    case, post = reported(session, board)
    otto, place = a_visitor(session, other, "otto"), address_of(board, post)
    with pytest.raises(NotFound):
        deciding.decide_case(session, otto, case.id, form("remove"))
    with pytest.raises(NotFound):
        deciding.decide_cases(session, otto, [case.id], form("remove"))
    for wrong in (place, replace(place, slug="other"), replace(place, slug="nowhere")):
        with pytest.raises(NotFound):
            deciding.decide_post(session, otto, wrong, form("remove"))
        with pytest.raises(NotFound):
            deciding.offer_on_post(session, otto, wrong)
    assert (post.state, case.state, count(session, Decision)) == (PostState.VISIBLE, CaseState.OPEN, 0)


@pytest.mark.parametrize(
    "said",
    [{"reason": ""}, {"reason": " \n"}, {"rule": ""}, {"rule": "1. Be kind"}, {"rule": RULE[3:]},
     {"reason": "x" * 2001}],
)  # fmt: skip
def test_a_decision_needs_a_reason_and_a_rule_in_force_word_for_word(
    session: Session, said: dict[str, str]
) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    for decide in (
        lambda: deciding.decide_case(session, mo, case.id, form("remove", **said)),
        lambda: deciding.decide_post(session, mo, address_of(board, post), form("remove", **said)),
    ):
        with pytest.raises(Malformed):
            decide()
    assert (post.state, case.state, count(session, Decision)) == (PostState.VISIBLE, CaseState.OPEN, 0)


def test_a_rule_that_was_changed_since_the_form_was_opened_is_none(session: Session) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), somebody_of_the_team(session, board)
    visit = a_visit(session, mo)
    board_rules.write(session, a_context(board, mo), "Be nice.", "")
    with pytest.raises(Malformed):
        deciding.decide_case(session, visit, case.id, form("remove"))
    assert deciding.decide_case(session, visit, case.id, form("remove", rule=" 1. Be nice. ")) is not None


def test_a_decision_keeps_who_why_by_which_rule_and_on_which_case(session: Session) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    made = deciding.decide_case(
        session, mo, case.id, form("remove", reason="  It mocks.\n", rule=f" {RULE} ")
    )
    assert made is not None
    assert (made.person_id, made.reason, made.rule, made.case_id) == (
        mo.person_id,
        "It mocks.",
        RULE,
        case.id,
    )
    assert (made.kind, made.post_id, made.board_id) == (DecisionKind.REMOVE, post.id, board.id)
    assert (post.state, case.state) == (PostState.REMOVED, CaseState.CLOSED)


@pytest.mark.parametrize(("chosen", "kept"), [("distress", "distress"), ("", ""), ("<b>", ""), ("rules", "")])
def test_only_a_gentle_text_that_there_is_takes_the_place_of_a_notice(
    session: Session, chosen: str, kept: str
) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), a_visitor(session, board)
    made = deciding.decide_case(session, mo, case.id, form("remove", gentle=chosen))
    assert made is not None
    assert made.gentle == kept


@pytest.mark.parametrize("rule", ["", RULE])
def test_a_gentle_text_needs_neither_rule_nor_reason_and_keeps_neither(session: Session, rule: str) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    made = deciding.decide_case(
        session, mo, case.id, form("remove", gentle="distress", rule=rule, reason=rule)
    )
    assert made is not None
    assert (made.gentle, made.rule, made.reason, post.state) == ("distress", "", "", PostState.REMOVED)


def test_that_nothing_is_done_needs_no_rule(session: Session) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), a_visitor(session, board)
    made = deciding.decide_case(session, mo, case.id, form("leave", rule="", reason=""))
    assert made is not None
    assert (made.kind, case.state) == (DecisionKind.LEAVE, CaseState.CLOSED)


@pytest.mark.parametrize("action", ["remove", "sensitive", "warn", "ban", "hold_author", "lock"])
def test_what_is_done_to_somebody_needs_rule_and_reason(session: Session, action: str) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), a_visitor(session, board)
    gentle = "" if action == "remove" else "distress"  # a gentle text goes with a removal alone
    with pytest.raises(Malformed):
        deciding.decide_case(session, mo, case.id, form(action, rule="", reason="", gentle=gentle))
    assert case.state is CaseState.OPEN


@pytest.mark.parametrize("gentle", ["", "distress"])
def test_a_removal_is_taken_back_whether_or_not_it_named_a_rule(session: Session, gentle: str) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    made = deciding.decide_case(session, mo, case.id, form("remove", gentle=gentle))
    assert made is not None
    assert deciding.undo(session, mo, made.id, made.id) == 1
    assert (post.state, case.state) == (PostState.VISIBLE, CaseState.OPEN)


def test_what_a_colleague_has_open_is_not_decided(session: Session) -> None:
    board = a_board(session)
    (case, post), mo, meg = (
        reported(session, board),
        a_visitor(session, board),
        a_visitor(session, board, "meg"),
    )
    case_work.claim(session, meg, case.id)
    with pytest.raises(Malformed):
        deciding.decide_case(session, mo, case.id, form("remove"))
    assert post.state is PostState.VISIBLE
    assert deciding.decide_case(session, meg, case.id, form("remove")) is not None


def test_a_decision_that_makes_no_sense_any_more_leaves_the_case_open_and_in_ones_hands(
    session: Session,
) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), a_visitor(session, board)
    assert deciding.decide_case(session, mo, case.id, form("restore")) is None
    session.refresh(case)
    assert (case.state, case.claimed_by, count(session, Decision)) == (CaseState.OPEN, mo.person_id, 0)


def test_an_action_that_there_is_not_and_a_case_with_a_page_of_its_own_are_refused(session: Session) -> None:
    board = a_board(session)
    (case, _), mo = reported(session, board), a_visitor(session, board)
    for name in ("", "burn", "reopen", "Remove"):
        with pytest.raises(Malformed):
            deciding.decide_case(session, mo, case.id, form(name))
    question = a_case(session, board, "unnamed:1", kind=CaseKind.ANONYMOUS)
    with pytest.raises(Malformed):
        deciding.decide_cases(session, mo, [question.id], form("leave"))
    assert question.state is CaseState.OPEN


def test_no_case_chosen_is_said_and_not_silent(session: Session) -> None:
    board = a_board(session)
    with pytest.raises(Malformed):
        deciding.decide_cases(session, a_visitor(session, board), [], form("remove"))


def test_a_wave_is_decided_at_once_on_its_own_board_and_what_is_closed_stays(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    a_moderator(session, other, mo)
    wave = [reported(session, board, wave="wave") for _ in range(3)]
    elsewhere, alone = reported(session, other, wave="wave"), reported(session, board)
    gone = reported(session, board, wave="wave", state=CaseState.CLOSED)
    made = deciding.decide_cases(session, a_visit(session, mo), [wave[1][0].id], form("remove"))
    assert [one.post_id for one in made] == [post.id for _, post in wave]
    assert {post.state for _, post in wave} == {PostState.REMOVED}
    assert {one[1].state for one in (elsewhere, alone, gone)} == {PostState.VISIBLE}


def test_what_changes_nothing_among_several_is_left_out_and_keeps_the_others_from_nothing(
    session: Session,
) -> None:
    board = a_board(session)
    (first, _), (second, post) = reported(session, board), reported(session, board)
    post.state = PostState.REMOVED
    session.flush()
    made = deciding.decide_cases(session, a_visitor(session, board), [second.id, first.id], form("remove"))
    assert [one.case_id for one in made] == [first.id]
    assert (first.state, second.state) == (CaseState.CLOSED, CaseState.OPEN)


@pytest.mark.parametrize("action", ["warn", "leave", "remove", "restore", "burn"])
def test_what_a_colleague_decided_meanwhile_is_not_decided_again(session: Session, action: str) -> None:
    board = a_board(session)
    (case, post), other = reported(session, board), reported(session, board)
    mo, meg = a_visitor(session, board), a_visitor(session, board, "meg")
    made = deciding.decide_case(session, mo, case.id, form("warn"))
    assert made is not None
    before = len(emitted(session))
    for decide in (
        lambda: deciding.decide_case(session, meg, case.id, form(action)),
        lambda: deciding.decide_cases(session, meg, [case.id], form(action)),
        lambda: deciding.decide_cases(session, meg, [other[0].id, case.id], form("remove")),
    ):
        with pytest.raises(Malformed, match="decided"):
            decide()
    assert (every(session, Decision), len(emitted(session))) == ([made], before)
    assert (post.state, other[1].state, other[0].state) == (
        PostState.VISIBLE,
        PostState.VISIBLE,
        CaseState.OPEN,
    )


def test_a_wave_that_a_colleague_decided_meanwhile_says_so(session: Session) -> None:
    board = a_board(session)
    wave = [reported(session, board, wave="wave")[0] for _ in range(2)]
    mo, meg = a_visitor(session, board), a_visitor(session, board, "meg")
    assert len(deciding.decide_cases(session, mo, [wave[0].id], form("remove"))) == 2
    with pytest.raises(Malformed, match="decided"):
        deciding.decide_cases(session, meg, [wave[0].id], form("remove"))


def test_what_a_colleague_decides_in_the_same_moment_is_asked_of_the_row(unit: Unit) -> None:
    with database.transaction() as session:
        board = a_board(session)
        (case, _), meg = reported(session, board), a_visitor(session, board, "meg")
    with database.transaction() as session:
        known = session.get_one(Case, case.id)
        assert known.state is CaseState.OPEN, "read, before the colleague is done"
        session.execute(
            update(Case).values(state=CaseState.CLOSED).execution_options(synchronize_session=False)
        )
        with pytest.raises(Malformed, match="decided"):
            deciding.decide_case(session, meg, case.id, form("warn"))
        assert count(session, Decision) == 0


def test_a_number_that_is_sent_twice_and_two_cases_on_one_post_are_decided_once(session: Session) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    held = a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id)
    made = deciding.decide_cases(session, mo, [case.id, case.id, held.id, case.id], form("warn"))
    assert [one.case_id for one in made] == [case.id]
    assert (count(session, Decision), held.state) == (1, CaseState.CLOSED)


def test_what_is_on_the_list_again_is_decided_again(session: Session) -> None:
    board = a_board(session)
    (case, post), mo = reported(session, board), a_visitor(session, board)
    first = deciding.decide_case(session, mo, case.id, form("leave"))
    assert first is not None
    assert deciding.undo(session, mo, first.id, first.id) == 1
    assert deciding.decide_case(session, mo, case.id, form("warn")) is not None
    reports.report_post(session, board, post, a_person(session, "eve"), "Again", "")
    assert deciding.decide_case(session, a_visitor(session, board, "meg"), case.id, form("warn")) is not None


@pytest.mark.parametrize("state", list(PostState))
def test_a_post_is_decided_on_in_whatever_state_where_it_stands(session: Session, state: PostState) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), state=state)
    mo, place = a_visitor(session, board), address_of(board, post)
    assert deciding.get_decidable(session, mo, place)[1] is post
    for wrong in (replace(place, thread_id=0), replace(place, post_id=0)):
        with pytest.raises(NotFound):
            deciding.get_decidable(session, mo, wrong)
    deciding.decide_post(session, mo, place, form("remove"))
    changes = state in {PostState.VISIBLE, PostState.HELD}
    assert count(session, Decision) == changes


def test_a_post_that_was_moved_is_shown_where_it_stands_now(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    a_moderator(session, other, mo)
    _, post = a_thread(session, board, a_person(session))
    where, found, decision = deciding.decide_post(
        session, a_visit(session, mo), address_of(board, post), form("move", board="other")
    )
    assert (where, found) == (other, post)
    (made,) = every(session, Decision)
    assert decision is made
    assert (made.case_id, made.board_id) == (None, board.id)


def test_the_form_on_a_post_is_its_boards(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    where, offered = deciding.offer_on_post(session, a_visitor(session, board), address_of(board, post))
    assert (where, offered.post) == (board, post)
    assert DecisionKind.REMOVE in {one.kind for one in offered.actions}


def test_what_one_decided_just_now_is_taken_back_by_oneself_while_one_looks_after_a_board(
    session: Session,
) -> None:
    board = a_board(session)
    (case, post), mo, meg = (
        reported(session, board),
        a_visitor(session, board),
        a_visitor(session, board, "meg"),
    )
    made = deciding.decide_case(session, mo, case.id, form("remove"))
    assert made is not None
    assert deciding.undo(session, meg, made.id, made.id) == 0
    assert post.state is PostState.REMOVED
    assert deciding.undo(session, mo, made.id, made.id) == 1
    assert (post.state, case.state) == (PostState.VISIBLE, CaseState.OPEN)
    session.query(Moderator).filter_by(person_id=mo.person_id).delete()
    with pytest.raises(NotFound):
        deciding.undo(session, mo, made.id, made.id)


def test_nobody_lifts_what_a_colleague_decided_on_ones_own_post(session: Session) -> None:
    board = a_board(session)
    mo, ada = somebody_of_the_team(session, board), an_admin(session)
    _, own = a_thread(session, board, mo)
    place, visit = address_of(board, own), a_visit(session, mo)
    deciding.decide_post(session, a_visit(session, ada), place, form("remove"))
    with pytest.raises(NotPermitted):
        deciding.decide_post(session, visit, place, form("restore"))
    assert own.state is PostState.REMOVED
