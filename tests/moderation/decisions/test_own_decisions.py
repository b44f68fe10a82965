"""Decisions as those see them whom they concern: theirs and nobody else's, and once an objection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Appeal, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.moderation.decisions.own_decisions import list_decisions, object_to, read_decision
from support.moderation_rows import (
    a_decision,
    a_visit,
    an_admin,
    count,
    every,
    somebody_of_the_team,
    stop_the_clock,
)
from support.more_moderation_rows import a_local_board, a_local_post
from support.unit import a_board, a_person, a_thread


def on_a_post(session: Session, board: Board, author: Person | None, **values: Any) -> Decision:
    """A decision on a post."""
    _, post = a_thread(session, board, author, state=PostState.REMOVED)
    return a_decision(session, board, post_id=post.id, subject_uri=post.uri, **values)


def test_nobody_reads_or_objects_to_what_concerns_somebody_else(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    ban = a_decision(session, board, kind=DecisionKind.BAN, subject_uri=ana.uri)
    decisions = [on_a_post(session, board, ana), ban, on_a_post(session, board, None)]
    for visit in (
        a_visit(session, a_person(session, "eve")),
        a_visit(session, somebody_of_the_team(session, board)),
    ):
        assert list_decisions(session, visit) == []
        for number in (*[one.id for one in decisions], 0):
            with pytest.raises(NotFound):
                read_decision(session, visit, number)
            with pytest.raises(NotFound):
                object_to(session, visit, number, "Why?")
    assert count(session, Appeal) == count(session, Case) == 0


def test_who_removed_it_does_not_read_it_as_theirs(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    decision = on_a_post(session, board, a_person(session), person_id=mo.id)
    with pytest.raises(NotFound):
        read_decision(session, a_visit(session, mo), decision.id)


@pytest.mark.parametrize(
    "kind",
    [
        DecisionKind.PIN,
        DecisionKind.LEAVE,
        DecisionKind.RESTORE,
        DecisionKind.SAFEGUARD,
        DecisionKind.SETTINGS,
    ],
)
def test_what_nobody_may_object_to_is_in_no_list_and_on_no_page(session: Session, kind: DecisionKind) -> None:
    board, ana = a_board(session), a_person(session)
    visit, decision = a_visit(session, ana), on_a_post(session, board, ana, kind=kind)
    assert list_decisions(session, visit) == []
    with pytest.raises(NotFound):
        read_decision(session, visit, decision.id)


def test_what_is_about_the_whole_installation_is_nobodys_to_object_to(session: Session) -> None:
    ana = a_person(session)
    visit, decision = (
        a_visit(session, ana),
        a_decision(session, None, kind=DecisionKind.BAN, subject_uri=ana.uri),
    )
    assert list_decisions(session, visit) == []
    with pytest.raises(NotFound):
        read_decision(session, visit, decision.id)


def test_the_latest_come_first_each_once_with_its_board(session: Session) -> None:
    board, other, ana, now = a_board(session), a_board(session, "other"), a_person(session), clock.now()
    old = on_a_post(session, board, ana, at=now - timedelta(days=2))
    ban = a_decision(session, other, kind=DecisionKind.BAN, subject_uri=ana.uri, at=now)
    middle = on_a_post(session, other, ana, kind=DecisionKind.WARN, at=now - timedelta(days=1))
    on_a_post(session, board, a_person(session, "bea"))
    assert list_decisions(session, a_visit(session, ana)) == [(ban, other), (middle, other), (old, board)]


def test_a_hundred_are_listed_and_the_oldest_is_not(session: Session) -> None:
    board, ana, now = a_board(session), a_person(session), clock.now()
    known = {"board_id": board.id, "kind": DecisionKind.BAN, "subject_uri": ana.uri, "reason": "x"}
    session.add_all(
        Decision(at=now - timedelta(minutes=number), detail=str(number), **known) for number in range(101)
    )
    session.flush()
    listed = [int(one.detail) for one, _ in list_decisions(session, a_visit(session, ana))]
    assert listed == list(range(100))


def test_a_decision_is_read_with_its_post_thread_and_who_would_hear_an_appeal(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    for name in ("mo", "meg"):
        somebody_of_the_team(session, board, name)
    thread, post = a_thread(session, board, ana, state=PostState.REMOVED)
    decision = a_decision(session, board, post_id=post.id, subject_uri=post.uri)
    shown = read_decision(session, a_visit(session, ana), decision.id)
    assert (shown.decision, shown.board, shown.post, shown.thread) == (decision, board, post, thread)
    assert (shown.words, shown.appeal, shown.may_object, shown.hears) == ("", None, True, "board")


def test_a_decision_on_oneself_has_neither_post_nor_thread(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    an_admin(session)
    decision = a_decision(session, board, kind=DecisionKind.BAN, subject_uri=ana.uri)
    shown = read_decision(session, a_visit(session, ana), decision.id)
    assert (shown.post, shown.thread, shown.words, shown.hears) == (None, None, "", "admin")


def test_sealed_words_are_opened_for_their_author(session: Session) -> None:
    board, ana = a_local_board(session), a_person(session)
    post = a_local_post(session, board, ana, "A title\nMy words")
    decision = a_decision(session, board, post_id=post.id, subject_uri=post.uri)
    assert read_decision(session, a_visit(session, ana), decision.id).words == "A title\nMy words"


def test_one_objects_once_with_words_and_in_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    visit = a_visit(session, ana)
    decision, late = (
        on_a_post(session, board, ana),
        on_a_post(session, board, ana, at=now - timedelta(days=183)),
    )
    for number, words in ((decision.id, " \n"), (late.id, "Why?")):
        with pytest.raises(Malformed):
            object_to(session, visit, number, words)
    assert not read_decision(session, visit, late.id).may_object
    appeal = object_to(session, visit, decision.id, "It did not mock.")
    assert (appeal.person_id, appeal.decision_id, appeal.words) == (ana.id, decision.id, "It did not mock.")
    (case,) = every(session, Case)
    assert (case.kind, case.subject_uri, case.board_id) == (CaseKind.APPEAL, f"appeal:{appeal.id}", board.id)
    shown = read_decision(session, visit, decision.id)
    assert (shown.appeal, shown.may_object) == (appeal, False)
    with pytest.raises(Malformed):
        object_to(session, visit, decision.id, "Once more.")
    assert count(session, Appeal) == 1
