"""Reports: one case however often they come, as urgent as the worst of them, with the words as they were."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.foundation import sealing
from fedconnect.foundation.errors import NotFound
from fedconnect.models.case import (
    Case,
    CaseState,
    Evidence,
    EvidenceOpened,
    Report,
    Severity,
)
from fedconnect.moderation.cases import cases, reports
from support.moderation_rows import a_post_on, calls, count, every, reported
from support.unit import a_board, a_person, a_thread

WORST = "I want to die"


def test_the_same_persons_second_report_changes_nothing(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, ana)
    cases.close(session, case)
    again = reported(session, board, post, ana, WORST, Severity.DANGER)
    assert again is case
    assert (case.times, case.words, case.severity, case.state) == (
        1,
        "It mocks.",
        Severity.RULES,
        CaseState.CLOSED,
    )
    assert (calls(session), count(session, Report)) == (1, 1)


def test_the_same_persons_second_report_changes_nothing_however_many_came_before(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    ana = a_person(session)
    case = reported(session, board, post, ana)
    case.times = 150
    cases.close(session, case)
    reported(session, board, post, ana)
    assert (case.times, case.state) == (150, CaseState.CLOSED)


def test_another_persons_report_joins_the_case_with_its_words(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, a_person(session))
    assert reported(session, board, post, a_person(session, "bea"), "It lies.") is case
    assert (case.times, case.words, calls(session)) == (2, "It mocks.\nIt lies.", 1)
    reported(session, board, post, a_person(session, "cleo"), "It lies.")
    reported(session, board, post, a_person(session, "dora"), "")
    assert (case.times, case.words) == (4, "It mocks.\nIt lies."), "nothing is said twice"


def test_a_case_holds_no_endless_words(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, a_person(session), "x" * 900)
    for number in range(8):
        reported(session, board, post, a_person(session, f"r{number}"), str(number) * 900)
    assert case.times == 9
    assert [str(number) * 900 in case.words for number in range(8)] == [True] * 4 + [False] * 4


def test_a_closed_case_opens_again_for_somebody_else(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, a_person(session), said=Severity.HURT)
    cases.close(session, case)
    assert (case.due_at, case.state) == (None, CaseState.CLOSED)
    reported(session, board, post, a_person(session, "bea"))
    assert case.state is CaseState.OPEN
    assert case.due_at is not None
    assert calls(session) == 2


def test_what_is_worse_than_it_seemed_calls_anew_and_what_is_not_does_not(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, a_person(session))
    assert case.due_at is None
    reported(session, board, post, a_person(session, "bea"), said=Severity.ROUTINE)
    assert (case.severity, calls(session)) == (Severity.RULES, 1)
    reported(session, board, post, a_person(session, "cleo"), said=Severity.DANGER)
    assert (case.severity, calls(session)) == (Severity.DANGER, 2)
    assert case.due_at is not None
    reported(session, board, post, a_person(session, "dora"), said=Severity.HURT)
    assert (case.severity, calls(session)) == (Severity.DANGER, 2)


def test_how_bad_it_is_is_the_worst_that_reporter_words_or_danger_in_the_post_say(session: Session) -> None:
    board, ana = a_board(session), a_person(session)

    def severity(words: str, said: Severity, posted: str) -> int:
        post = a_thread(session, board, source=f"<p>{posted}</p>")[1]
        return reported(session, board, post, ana, words, said).severity

    assert severity("It mocks.", Severity.RULES, "Some words") == Severity.RULES
    assert severity("They harass her", Severity.RULES, "Some words") == Severity.HURT
    assert severity("It mocks.", Severity.HURT, "Some words") == Severity.HURT
    assert severity("It mocks.", Severity.RULES, WORST) == Severity.DANGER
    assert severity("It mocks.", Severity.RULES, "They harass her") == Severity.RULES, "a victim tells of it"
    assert severity("It mocks.", Severity.ROUTINE, "Some words") == Severity.ROUTINE


def test_a_report_of_somebody_is_apart_from_those_of_their_posts_and_of_another_board(
    session: Session,
) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    bea = a_person(session, "bea")
    first = reports.report_person(session, board, bea.uri, ana, "They harass", "")
    assert (first.post_id, first.severity, first.subject_uri) == (None, Severity.HURT, bea.uri)
    assert reports.report_person(session, other, bea.uri, ana, "Rude", "").severity == Severity.RULES
    assert count(session, Case) == 2
    assert count(session, Evidence) == 0


def test_beyond_a_hundred_reports_nobody_else_is_noted_and_they_are_counted_on(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = reported(session, board, post, a_person(session))
    case.times = 99
    reported(session, board, post, a_person(session, "bea"))
    reported(session, board, post, a_person(session, "cleo"))
    assert (case.times, count(session, Report)) == (101, 2)


def test_evidence_is_how_the_post_was_when_it_was_first_reported(session: Session) -> None:
    board, mo = a_board(session), a_person(session, "mo")
    post = a_post_on(session, board, "As it was")
    case = reported(session, board, post, a_person(session))
    post.source = "<p>Harmless now</p>"
    reported(session, board, post, a_person(session, "bea"))
    (kept,) = every(session, Evidence)
    assert "As it was" not in kept.sealed
    assert count(session, EvidenceOpened) == 0
    assert reports.open_evidence(session, case, mo) == "As it was"
    (opened,) = every(session, EvidenceOpened)
    assert (opened.case_id, opened.person_id) == (case.id, mo.id)


def test_where_nothing_is_kept_nobody_is_noted_to_have_looked(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    case = reports.report_person(session, board, "https://x.example/u", ana, "Rude", "")
    with pytest.raises(NotFound):
        reports.open_evidence(session, case, ana)
    assert count(session, EvidenceOpened) == 0


def test_a_sealed_post_is_kept_as_evidence_and_judged_by_what_it_says(session: Session) -> None:
    board = a_board(session, is_local_only=True)
    uri = "https://forum.example/here/respite/posts/1"
    sealed = sealing.seal(b'{"title": "Help", "text": "I want to die"}', f"post:{uri}")
    post = a_thread(session, board, a_person(session), uri=uri, sealed=sealed, source="", body_html="",
                    visibility=Visibility.LOCAL_ONLY)[1]  # fmt: skip
    case = reported(session, board, post, a_person(session, "bea"))
    assert case.severity == Severity.DANGER
    assert reports.open_evidence(session, case, a_person(session, "mo")) == "Help\nI want to die"
