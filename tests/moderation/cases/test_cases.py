"""Cases: found by what they are about, opened and closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.case import (
    Case,
    CaseKind,
    CaseState,
)
from fedconnect.moderation.cases import cases
from support.moderation_rows import a_case, a_post_on, every
from support.unit import a_board


def test_closing_twice_is_no_mistake_and_forgets_who_had_it_open(session: Session) -> None:
    case = a_case(
        session, a_board(session), claimed_by=7, claimed_until=clock.now(), due_at=clock.now(), climbed=2
    )
    for _ in range(2):
        cases.close(session, case)
        known = (case.state, case.claimed_by, case.claimed_until, case.due_at, case.climbed)
        assert known == (CaseState.CLOSED, None, None, None, 0)


def test_a_decision_on_a_post_leaves_its_appeal_and_other_boards_open(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    post = a_post_on(session, board)
    about = {"post_id": post.id}
    for kind in CaseKind:
        a_case(session, board, kind.value, kind=kind, **about)
    elsewhere = a_case(session, other, **about)
    unrelated = a_case(session, board, "unrelated")
    cases.close_all_about(session, board.id, post)
    closed = {one.kind for one in every(session, Case) if one.state is CaseState.CLOSED}
    assert closed == {CaseKind.REPORT, CaseKind.HELD}
    assert (elsewhere.state, unrelated.state) == (CaseState.OPEN, CaseState.OPEN)


def test_an_appeal_waits_until_its_own_day(session: Session) -> None:
    board, due = a_board(session), clock.now() + timedelta(days=14)
    case = cases.open_appeal_case(session, board, 77, None, due)
    assert (case.subject_uri, case.due_at, case.kind) == ("appeal:77", due, CaseKind.APPEAL)


def test_a_case_that_is_none_is_not_found(session: Session) -> None:
    board = a_board(session)
    case = a_case(session, board, "a")
    assert cases.find_case(session, board.id, CaseKind.REPORT, "a") is case
    assert cases.find_case(session, board.id, CaseKind.HELD, "a") is None
    assert cases.find_case(session, board.id + 1, CaseKind.REPORT, "a") is None
    assert cases.get_case(session, case.id) is case
    with pytest.raises(NotFound):
        cases.get_case(session, case.id + 1)
