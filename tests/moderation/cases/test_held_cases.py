"""Cases of posts that wait: one each, and its author is told each reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, PostHeld
from fedconnect.models.case import (
    CaseKind,
    CaseState,
    Severity,
)
from fedconnect.moderation.cases import cases, held_cases
from support.moderation_rows import a_post_on, calls, emitted, reported, stop_the_clock
from support.unit import a_board, a_person, a_thread


def test_who_sends_a_wave_is_not_written_to(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = held_cases.hold_post(session, board, post, "Much like it arrives.", wave="wave")
    assert (case.wave, case.kind, case.post_id) == ("wave", CaseKind.HELD, post.id)
    assert emitted(session) == [CaseReported(case.id)]


def test_a_post_that_waits_is_one_case_and_its_author_is_told_each_reason(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = held_cases.hold_post(session, board, post, "First posts are looked at.")
    cases.close(session, case)
    assert held_cases.hold_post(session, board, post, "It holds a link.") is case
    assert (case.state, case.words) == (CaseState.OPEN, "It holds a link.")
    assert emitted(session) == [
        CaseReported(case.id),
        PostHeld(post.id, case.id),
        CaseReported(case.id),
        PostHeld(post.id, case.id),
    ]
    assert held_cases.why_held(session, post) == "It holds a link."


def test_a_held_post_is_as_urgent_as_its_words_or_as_who_held_it_says(session: Session) -> None:
    board = a_board(session)
    ana = a_person(session)

    def waits(words: str, severity: Severity) -> int:
        post = a_thread(session, board, ana, source=f"<p>{words}</p>")[1]
        return held_cases.hold_post(session, board, post, "Why.", severity).severity

    assert waits("Some words", Severity.ROUTINE) == Severity.ROUTINE
    assert waits("This is hate speech", Severity.ROUTINE) == Severity.HURT
    assert waits("Some words", Severity.DANGER) == Severity.DANGER


def test_a_post_that_waits_and_turns_urgent_has_a_deadline_and_calls_somebody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, now = a_board(session), stop_the_clock(monkeypatch)
    post = a_post_on(session, board)
    case = held_cases.hold_post(session, board, post, "Why.")
    assert (case.due_at, calls(session)) == (None, 1)
    held_cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert (case.severity, case.due_at, calls(session)) == (Severity.DANGER, now + timedelta(hours=1), 2)
    held_cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert calls(session) == 2, "nobody is called twice for the same"
    cases.close(session, case)
    held_cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert (case.due_at, calls(session)) == (now + timedelta(hours=1), 3)


def test_why_a_post_waits_is_said_by_no_other_case(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    reported(session, board, post, a_person(session), "secret words of who reported")
    assert held_cases.why_held(session, post) == ""
