"""The daily list: whose it is, in which order, and what stands for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.case import CaseKind, CaseState, Severity
from fedconnect.moderation.casework.queue import (
    boards_of,
    count_waiting,
    get_item,
    list_alike,
    list_cases,
    may_look,
)
from support.moderation_rows import (
    a_case,
    a_decision,
    an_admin,
    an_appeal,
    somebody_of_the_team,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread


def test_ones_list_holds_nothing_of_other_boards_nor_what_is_closed(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    here = a_case(session, board)
    a_case(session, other)
    a_case(session, board, "closed", state=CaseState.CLOSED)
    assert boards_of(session, mo) == [board]
    assert boards_of(session, a_person(session)) == []
    assert boards_of(session, an_admin(session)) == [other, board]
    assert [one.id for one in list_cases(session, mo, [board])] == [here.id]


def test_what_concerns_oneself_is_for_others_while_there_are_any(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    _, own = a_thread(session, board, mo)
    about = [a_case(session, board, own.uri, post_id=own.id), a_case(session, board, mo.uri)]
    assert [may_look(session, one, mo) for one in about] == [True, True]
    assert len(list_cases(session, mo, [board])) == 2
    meg = somebody_of_the_team(session, board, "meg")
    assert [may_look(session, one, mo) for one in about] == [False, False]
    assert list_cases(session, mo, [board]) == []
    assert len(list_cases(session, meg, [board])) == 2
    assert not may_look(session, about[0], a_person(session))


def test_the_worst_comes_first_then_what_is_due_then_the_oldest(session: Session) -> None:
    board, now = a_board(session), clock.now()
    mo = somebody_of_the_team(session, board)
    for subject, severity, due, age in (
        ("rules, new", Severity.RULES, None, 1), ("rules, old", Severity.RULES, None, 9),
        ("rules, due", Severity.RULES, now, 0), ("hurt, later", Severity.HURT, now + timedelta(hours=2), 9),
        ("hurt, soon", Severity.HURT, now + timedelta(hours=1), 1), ("danger", Severity.DANGER, None, 0),
    ):  # fmt: skip
        a_case(
            session,
            board,
            subject,
            severity=severity,
            due_at=due,
            first_at=now - timedelta(days=age),
            words=subject,
        )
    assert [one.words for one in list_cases(session, mo, [board])] == [
        "danger", "hurt, soon", "hurt, later", "rules, due", "rules, old", "rules, new",
    ]  # fmt: skip


def test_a_wave_is_one_line_and_stands_for_the_open_ones_of_its_board(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo = somebody_of_the_team(session, board)
    wave = [a_case(session, board, f"w{number}", wave="wave") for number in range(3)]
    a_case(session, board, "closed", wave="wave", state=CaseState.CLOSED)
    a_case(session, other, "elsewhere", wave="wave")
    alone = a_case(session, board, "alone")
    lines = {one.id: one.more for one in list_cases(session, mo, [board])}
    assert lines == {wave[0].id: 2, alone.id: 0}
    assert list_alike(session, wave[1]) == [one.id for one in wave]
    assert list_alike(session, alone) == [alone.id]
    assert [(one.board.id, one.cases) for one in count_waiting(session, [board, other])] == [
        (board.id, 4),
        (other.id, 1),
    ]


def test_an_appeal_is_on_the_list_of_who_hears_it_alone(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, otto = somebody_of_the_team(session, board), somebody_of_the_team(session, other, "otto")
    ana = a_person(session)
    appeal = an_appeal(session, a_decision(session, board, subject_uri=ana.uri, person_id=mo.id), ana)
    case = a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL)
    assert (list_cases(session, mo, [board]), may_look(session, case, mo)) == ([], False)
    assert [one.id for one in list_cases(session, otto, [other])] == [case.id]
    assert may_look(session, case, otto)


def test_a_case_is_said_to_be_late_and_in_whose_hands_it_is(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, now = a_board(session), stop_the_clock(monkeypatch)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    case = a_case(session, board, due_at=now + timedelta(minutes=1))
    line = get_item(session, case, mo)
    assert (line.is_late, line.claim) == (False, "")
    case.due_at, case.claimed_by, case.claimed_until = now, mo.id, now + timedelta(minutes=1)
    session.flush()
    assert (get_item(session, case, mo).is_late, get_item(session, case, mo).claim) == (True, "mine")
    assert get_item(session, case, meg).claim == "theirs"
    case.claimed_until = now
    session.flush()
    assert get_item(session, case, meg).claim == ""


def test_what_hurts_and_is_late_does_not_wait_for_danger_that_came_later(session: Session) -> None:
    board, now = a_board(session), clock.now()
    mo = somebody_of_the_team(session, board)
    for subject, severity, due in (
        ("danger", Severity.DANGER, now + timedelta(hours=1)),
        ("hurt", Severity.HURT, now + timedelta(hours=9)),
        ("late", Severity.HURT, now - timedelta(minutes=1)),
        ("late rule", Severity.RULES, now - timedelta(hours=9)),
    ):
        a_case(session, board, subject, severity=severity, due_at=due, words=subject)
    assert [one.words for one in list_cases(session, mo, [board])] == ["late", "danger", "hurt", "late rule"]
