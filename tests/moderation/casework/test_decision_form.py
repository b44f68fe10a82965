"""The form for a decision: what it offers on which post, and for how long somebody is kept off."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board_rules import BoardRules
from fedconnect.models.decision import DecisionKind
from fedconnect.models.post import PostState
from fedconnect.moderation.actions.leave import LEAVE
from fedconnect.moderation.casework.decision_form import offer_form, read_days
from support.more_moderation_rows import a_local_board, a_local_post
from support.unit import a_board, a_person, a_post, a_thread, add


@pytest.mark.parametrize(
    ("typed", "days"),
    [("0", 0), ("7", 7), ("30", 30), ("", 7), ("8", 7), ("-1", 7), ("²", 7), ("9" * 5000, 7)],
)
def test_somebody_is_kept_off_for_days_that_were_offered_or_for_a_week(typed: str, days: int) -> None:
    assert read_days(typed) == days


@pytest.mark.parametrize("typed", [" 1", "1.0", "+1", "１", "0030", "366", "1\n", "for good"])
def test_what_only_looks_like_a_number_is_a_week(typed: str) -> None:
    assert read_days(typed) == 7


def test_every_time_that_is_offered_is_taken(session: Session) -> None:
    days = offer_form(session, a_board(session), None).days
    assert [read_days(str(one)) for one in days] == list(days) == [1, 7, 30, 365]


def test_nothing_of_a_post_is_offered_where_there_is_none(session: Session) -> None:
    form = offer_form(session, a_board(session), None)
    assert (form.post, form.thread, list(form.actions)) == (None, None, [])


def test_a_post_is_offered_what_makes_sense_for_it_as_it_is(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, post = a_thread(session, board, ana)
    shown = offer_form(session, board, post)
    kinds = {one.kind for one in shown.actions}
    assert (shown.post, shown.thread) == (post, thread)
    assert {DecisionKind.REMOVE, DecisionKind.LOCK, DecisionKind.BAN} <= kinds
    assert not {DecisionKind.RELEASE, DecisionKind.RESTORE, DecisionKind.SPLIT} & kinds
    held = offer_form(session, board, a_post(session, thread, ana, state=PostState.HELD))
    assert DecisionKind.RELEASE in {one.kind for one in held.actions}
    assert DecisionKind.LEAVE not in {one.kind for one in held.actions}, "it would wait for good"


def test_a_sealed_post_is_offered_nothing_that_other_servers_would_hear_of(session: Session) -> None:
    board = a_local_board(session)
    form = offer_form(session, board, a_local_post(session, board, a_person(session)))
    kinds = {one.kind for one in form.actions}
    assert DecisionKind.REMOVE in kinds
    assert not {DecisionKind.MOVE, DecisionKind.MERGE, DecisionKind.SAFEGUARD} & kinds


def test_a_case_says_itself_what_it_offers_be_it_nothing(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session))
    assert list(offer_form(session, board, post, [LEAVE]).actions) == [LEAVE]
    assert list(offer_form(session, board, post, []).actions) == []


def test_something_can_go_to_any_other_board_that_speaks_to_other_servers(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    a_local_board(session)
    assert list(offer_form(session, board, None).others) == [other]


def test_rules_are_those_in_force_and_gentle_words_in_the_boards_language(session: Session) -> None:
    board = a_board(session, language="de-AT")
    for version, rules in ((1, "Old"), (2, "Be kind.\nStay here.")):
        known = {"board_id": board.id, "version": version, "rules": rules, "at": clock.now()}
        add(session, BoardRules(**known))
    form = offer_form(session, board, None)
    assert list(form.rules) == ["1. Be kind.", "2. Stay here."]
    assert form.gentle["distress"].startswith("Danke")
