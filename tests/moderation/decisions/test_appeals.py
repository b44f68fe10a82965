"""Who may object and until when, and who hears it: each step of the road to somebody who did not decide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import AppealHeard
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Appeal, AppealState, Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.decisions import appeals
from support.moderation_rows import (
    a_case,
    a_decision,
    a_server,
    an_admin,
    an_appeal,
    count,
    emitted,
    every,
    somebody_of_the_team,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread


def removed(
    session: Session, board: Board, author: Person, by: Person | None = None
) -> tuple[Decision, Post]:
    _, post = a_thread(session, board, author, state=PostState.REMOVED)
    values = {"subject_uri": post.uri, "post_id": post.id, "person_id": by.id if by else None}
    return a_decision(session, board, **values), post


def hears(session: Session, appeal: Appeal, decision: Decision, *people: Person) -> list[bool]:
    session.flush()
    return [appeals.may_hear(session, decision, appeal, person) for person in people]


def test_nobody_objects_to_what_concerns_somebody_else(session: Session) -> None:
    board = a_board(session)
    decision, _ = removed(session, board, a_person(session))
    with pytest.raises(NotFound):
        appeals.object_to(session, decision, a_person(session, "eve"), "Why?")
    with pytest.raises(NotFound):
        appeals.object_to(session, a_decision(session, board), a_person(session, "bea"), "Why?")
    assert (count(session, Appeal), count(session, Case)) == (0, 0)


@pytest.mark.parametrize("words", ["", " \n ", "\u200b"])
def test_who_says_no_word_does_not_object(session: Session, words: str) -> None:
    ana = a_person(session)
    with pytest.raises(Malformed):
        appeals.object_to(session, removed(session, a_board(session), ana)[0], ana, words)


def test_one_objects_once_within_half_a_year(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board, ana = a_board(session), a_person(session)
    now = stop_the_clock(monkeypatch)
    late, _ = removed(session, board, ana)
    late.at = now - appeals.OPEN_FOR
    decision, _ = removed(session, board, ana)
    decision.at = now - appeals.OPEN_FOR + timedelta(seconds=1)
    session.flush()
    with pytest.raises(Malformed):
        appeals.object_to(session, late, ana, "Why?")
    appeal = appeals.object_to(session, decision, ana, "Why?")
    assert appeal.due_at == now + timedelta(days=14)
    with pytest.raises(Malformed):
        appeals.object_to(session, decision, ana, "Why?")
    (case,) = every(session, Case)
    assert (case.kind, case.subject_uri, case.due_at) == (
        CaseKind.APPEAL,
        f"appeal:{appeal.id}",
        appeal.due_at,
    )


@pytest.mark.parametrize(
    "kind", [DecisionKind.RELEASE, DecisionKind.LEAVE, DecisionKind.PIN, DecisionKind.DISMISS]
)
def test_what_takes_nothing_from_anybody_cannot_be_objected_to(session: Session, kind: DecisionKind) -> None:
    ana = a_person(session)
    decision, _ = removed(session, a_board(session), ana)
    decision.kind = kind
    assert not appeals.may_object(session, decision, ana.id)


def test_a_colleague_hears_it_and_neither_who_decided_nor_who_objects(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    ana = somebody_of_the_team(session, board, "ana")
    otto, ada = somebody_of_the_team(session, other, "otto"), an_admin(session)
    decision, _ = removed(session, board, ana, mo)
    appeal = an_appeal(session, decision, ana)
    assert hears(session, appeal, decision, mo, ana, meg, otto, ada) == [False, False, True, False, False]
    appeal.due_at = clock.now()
    assert hears(session, appeal, decision, mo, ana, meg, otto, ada) == [False, False, True, False, True], (
        "in time"
    )


def test_where_the_team_is_one_another_boards_hears_it(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, otto, ada = (
        somebody_of_the_team(session, board),
        somebody_of_the_team(session, other, "otto"),
        an_admin(session),
    )
    decision, _ = removed(session, board, a_person(session), mo)
    appeal = an_appeal(session, decision, a_person(session, "bea"))
    assert hears(session, appeal, decision, mo, otto, ada) == [False, True, False]
    board.is_local_only = True
    assert hears(session, appeal, decision, mo, otto, ada) == [False, False, True], (
        "nobody of another board reads it"
    )
    board.is_local_only = False
    a_server(session, "home.example", Policy.BLOCKED)
    assert hears(session, appeal, decision, otto, ada) == [False, False]


def test_who_decided_hears_nothing_though_they_run_the_forum_and_it_is_late(session: Session) -> None:
    board, ada = a_board(session), an_admin(session)
    decision, _ = removed(session, board, a_person(session), ada)
    appeal = an_appeal(session, decision, a_person(session, "bea"), due_at=clock.now() - timedelta(days=1))
    assert hears(session, appeal, decision, ada, an_admin(session, "eva")) == [False, True]


def test_what_concerns_the_whole_installation_is_heard_by_nobody(session: Session) -> None:
    decision = a_decision(session, None)
    assert hears(session, an_appeal(session, decision, a_person(session)), decision, an_admin(session)) == [
        False
    ]


def test_it_is_said_beforehand_who_would_hear(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    assert appeals.who_hears(session, board) == "nobody"
    an_admin(session)
    assert appeals.who_hears(session, board) == "admin"
    somebody_of_the_team(session, board)
    assert appeals.who_hears(session, board) == "admin", "one alone has decided it"
    somebody_of_the_team(session, other, "otto")
    assert appeals.who_hears(session, board) == "others"
    board.is_local_only = True
    assert appeals.who_hears(session, board) == "admin"
    somebody_of_the_team(session, board, "meg")
    assert appeals.who_hears_each(session, [board, other]) == {board.id: "board", other.id: "others"}
    assert appeals.who_hears_each(session, []) == {}


def test_an_appeal_is_not_heard_by_just_anybody_without_an_answer_or_twice(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    decision, post = removed(session, board, ana, mo)
    appeal = an_appeal(session, decision, ana)
    with pytest.raises(NotFound):
        appeals.hear(session, appeal, mo, "No.", overturn=False)
    with pytest.raises(Malformed):
        appeals.hear(session, appeal, meg, " ", overturn=True)
    assert (appeal.state, post.state, emitted(session)) == (AppealState.OPEN, PostState.REMOVED, [])
    appeals.hear(session, appeal, meg, "It stands.", overturn=False)
    with pytest.raises(Malformed):
        appeals.hear(session, appeal, meg, "Or not.", overturn=True)
    assert (appeal.state, post.state) == (AppealState.UPHELD, PostState.REMOVED)


@pytest.mark.parametrize(
    ("overturn", "state", "kinds"),
    [
        (False, PostState.REMOVED, [DecisionKind.UPHOLD]),
        (True, PostState.VISIBLE, [DecisionKind.RESTORE, DecisionKind.OVERTURN]),
    ],
)
def test_what_came_of_it_is_done_logged_and_told(
    session: Session, overturn: bool, state: PostState, kinds: list[DecisionKind]
) -> None:
    board, ana = a_board(session), a_person(session)
    meg = somebody_of_the_team(session, board, "meg")
    decision, post = removed(session, board, ana)
    appeal = an_appeal(session, decision, ana)
    case = a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL)
    appeals.hear(session, appeal, meg, "I looked at it.", overturn=overturn)
    lines = every(session, Decision)[1:]
    assert [one.kind for one in lines] == kinds
    assert {one.person_id for one in lines} == {None}, "the log tells nobody who heard it"
    assert {one.reason for one in lines} == {"I looked at it."}
    assert (post.state, case.state, appeal.heard_by, appeal.answer) == (
        state,
        CaseState.CLOSED,
        meg.id,
        "I looked at it.",
    )
    assert [one for one in emitted(session) if type(one) is AppealHeard] == [AppealHeard(appeal.id)]
