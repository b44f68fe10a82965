"""Whose the list and its cases are; whoever they are not for learns not even that there is one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.casework.case_access import get_caretaker, get_case
from support.moderation_rows import (
    a_case,
    a_decision,
    a_server,
    a_visit,
    an_admin,
    an_appeal,
    somebody_of_the_team,
)
from support.unit import a_board, a_moderator, a_person, a_thread


def of_the_team(session: Session, board: Board, name: str = "mo") -> tuple[Person, Visit]:
    person = somebody_of_the_team(session, board, name)
    return person, a_visit(session, person)


def sees(session: Session, visit: Visit, case: Case) -> bool:
    try:
        return get_case(session, visit, case.id)[0] is case
    except NotFound:
        return False


def test_whoever_looks_after_no_board_or_no_longer_finds_no_list(session: Session) -> None:
    board = a_board(session)
    for name, gone in (
        ("ana", {}),
        ("gone", {"gone_at": clock.now()}),
        ("other", {"quarantined_at": clock.now()}),
    ):
        person = a_person(session, name, **gone)
        if gone:
            a_moderator(session, board, person)
        with pytest.raises(NotFound):
            get_caretaker(session, a_visit(session, person))


def test_a_role_of_somebody_on_a_blocked_server_counts_for_nothing(session: Session) -> None:
    board = a_board(session)
    eve = a_person(session, "eve", "evil.example")
    a_moderator(session, board, eve)
    visit, case = a_visit(session, eve), a_case(session, board)
    assert sees(session, visit, case)
    a_server(session, "evil.example", Policy.BLOCKED)
    assert not sees(session, visit, case)


def test_the_list_is_of_ones_own_boards_by_name_and_of_all_for_who_runs_the_forum(session: Session) -> None:
    zebra, apple = a_board(session, "zebra"), a_board(session, "apple")
    a_board(session, "middle", is_local_only=True)
    mo, visit = of_the_team(session, zebra)
    a_moderator(session, apple, mo)
    assert get_caretaker(session, visit) == (mo, [apple, zebra])
    ada = an_admin(session)
    person, theirs = get_caretaker(session, a_visit(session, ada))
    assert (person, [board.slug for board in theirs]) == (ada, ["apple", "middle", "zebra"])


def test_a_case_is_no_other_teams_and_a_number_that_is_none_is_the_same(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    case = a_case(session, board)
    (mo, mos), (_, others) = of_the_team(session, board), of_the_team(session, other, "otto")
    assert get_case(session, mos, case.id) == (case, mo)
    assert not sees(session, others, case)
    for number in (0, -1, case.id + 1):
        with pytest.raises(NotFound):
            get_case(session, mos, number)


def test_what_is_about_oneself_is_for_others_while_there_are_any(session: Session) -> None:
    board = a_board(session)
    mo, visit = of_the_team(session, board)
    _, own = a_thread(session, board, mo)
    about = [a_case(session, board, own.uri, post_id=own.id), a_case(session, board, mo.uri)]
    assert [sees(session, visit, case) for case in about] == [True, True], "there is nobody else"
    an_admin(session)
    assert [sees(session, visit, case) for case in about] == [False, False]
    assert sees(session, visit, a_case(session, board, "https://home.example/posts/another"))


def test_an_appeal_is_for_who_may_hear_it_and_not_for_who_decided(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    (mo, mos), (_, megs) = of_the_team(session, board), of_the_team(session, board, "meg")
    appeal = an_appeal(session, a_decision(session, board, subject_uri=ana.uri, person_id=mo.id), ana)
    case = a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL)
    assert (sees(session, mos, case), sees(session, megs, case)) == (False, True)
