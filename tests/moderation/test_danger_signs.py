"""A new post with danger in its words: a case at once, and nobody but listeners and moderators is brought to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, DecisionMade, PostNeedsCare, PostPublished
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Report, Severity
from fedconnect.models.decision import DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.cases import cases, reports
from fedconnect.moderation.danger_signs import end_wait, look_for_danger, wait_for_a_look
from fedconnect.surfacing.hearing import lifecycle
from support.moderation_rows import a_case, a_decision, count, emitted, every
from support.unit import a_board, a_person, a_reader, a_thread, add

PLEA = "<p>I want to die</p>"


def a_plea(session: Session, board: Board, source: str = PLEA, **values: Any) -> Post:
    known = {"published": clock.now(), "source": source, **values}
    return a_thread(session, board, a_person(session, "author"), **known)[1]


def published(post: Post) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, post.is_starter)


def cared_for(session: Session) -> list[int]:
    return [one.post_id for one in emitted(session) if type(one) is PostNeedsCare]


def decided(session: Session, board: Board, post: Post, kind: DecisionKind, **values: Any) -> None:
    made = a_decision(session, board, kind=kind, post_id=post.id, subject_uri=post.uri, **values)
    for case in every(session, Case):
        cases.close(session, case)
    end_wait(session, DecisionMade(made.id, was_said=False))


@pytest.mark.parametrize(
    "values",
    [
        {"source": "<p>Who knows a day centre?</p>"},
        {"published": clock.now() - timedelta(days=2)},
        {"state": PostState.HELD},
        {"state": PostState.REMOVED},
    ],
)
def test_nothing_is_asked_about_what_sounds_safe_is_old_or_out_of_sight(
    session: Session, values: dict[str, Any]
) -> None:
    post = a_plea(session, a_board(session), **values)
    look_for_danger(session, published(post))
    assert (count(session, Case), cared_for(session)) == (0, [])
    assert not lifecycle.is_safeguarded(session, post.id)


def test_the_boards_own_words_are_not_looked_at(session: Session) -> None:
    _, post = a_thread(session, a_board(session), None, source=PLEA)
    look_for_danger(session, published(post))
    assert count(session, Case) == 0


def test_danger_in_a_new_post_is_a_case_at_once_and_its_author_is_written_to(session: Session) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    look_for_danger(session, published(post))
    (case,) = every(session, Case)
    assert (case.kind, case.severity, case.times, case.post_id) == (
        CaseKind.REPORT, Severity.DANGER, 0, post.id,
    )  # fmt: skip
    assert case.due_at == case.first_at + timedelta(hours=1)
    assert cared_for(session) == [post.id]
    assert lifecycle.is_safeguarded(session, post.id)
    assert post.state is PostState.VISIBLE, "it stays where its author put it"


def test_one_post_is_one_case_however_often_it_is_edited_and_reported(session: Session) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    for _ in range(2):
        look_for_danger(session, published(post))
    case = reports.report_post(session, board, post, a_person(session, "dora"), "Look", "")
    assert every(session, Case) == [case]
    assert case.times == 1


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.CLOSED])
def test_what_was_reported_as_less_is_danger_once_it_is_edited_to_that(
    session: Session, state: CaseState
) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    case = a_case(session, board, post.uri, post_id=post.id, severity=Severity.RULES, state=state)
    look_for_danger(session, published(post))
    assert every(session, Case) == [case]
    assert (case.severity, case.state) == (Severity.DANGER, CaseState.OPEN)


def test_what_a_moderator_has_decided_on_is_not_asked_again(session: Session) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    a_decision(session, board, kind=DecisionKind.RELEASE, post_id=post.id, is_automated=False)
    look_for_danger(session, published(post))
    assert count(session, Case) == 0


@pytest.mark.parametrize(
    "kind", [DecisionKind.LEAVE, DecisionKind.SENSITIVE, DecisionKind.WARN, DecisionKind.LOCK]
)
def test_once_a_moderator_has_looked_it_is_heard_like_others(session: Session, kind: DecisionKind) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    look_for_danger(session, published(post))
    decided(session, board, post, kind)
    assert not lifecycle.is_safeguarded(session, post.id)


def test_what_a_moderator_gives_to_listeners_stays_with_them(session: Session) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    look_for_danger(session, published(post))
    decided(session, board, post, DecisionKind.SAFEGUARD)
    decided(session, board, post, DecisionKind.LEAVE)
    assert lifecycle.is_safeguarded(session, post.id)


@pytest.mark.parametrize("values", [{"is_automated": True}, {}])
def test_it_waits_on_while_nobody_has_looked_or_a_case_is_open(
    session: Session, values: dict[str, Any]
) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    look_for_danger(session, published(post))
    made = a_decision(session, board, kind=DecisionKind.PIN, post_id=post.id, **values)
    end_wait(session, DecisionMade(made.id, was_said=False))
    assert lifecycle.is_safeguarded(session, post.id)


def test_where_what_was_decided_is_taken_back_it_waits_again(session: Session) -> None:
    board = a_board(session)
    post = a_plea(session, board)
    look_for_danger(session, published(post))
    decided(session, board, post, DecisionKind.LEAVE)
    decided(session, board, post, DecisionKind.REOPEN)
    assert lifecycle.is_safeguarded(session, post.id)


@pytest.mark.parametrize(
    ("severity", "joined", "waits"),
    [
        (Severity.DANGER, timedelta(days=2), True),
        (Severity.HURT, timedelta(days=2), True),
        (Severity.RULES, timedelta(days=2), False),
        (Severity.HURT, timedelta(hours=2), False),
        (Severity.HURT, None, False),
    ],
)
def test_what_a_reader_reports_as_hurting_or_exposing_somebody_is_brought_to_nobody_else(
    session: Session, severity: Severity, joined: timedelta | None, waits: bool
) -> None:
    board, dora = a_board(session), a_person(session, "dora")
    post = a_plea(session, board, "<p>Her name is Eve and she lives at the mill</p>")
    if joined is not None:
        a_reader(session, dora, joined_at=clock.now() - joined)
    case = a_case(session, board, post.uri, post_id=post.id, severity=severity)
    add(session, Report(case_id=case.id, person_id=dora.id, uri="", at=clock.now()))
    wait_for_a_look(session, CaseReported(case.id))
    assert lifecycle.is_safeguarded(session, post.id) is waits
    if waits:
        decided(session, board, post, DecisionKind.LEAVE)
        assert not lifecycle.is_safeguarded(session, post.id)
        assert case.state is CaseState.CLOSED
