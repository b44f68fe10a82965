"""Cases as rows: one a subject and board, who has it open, what is sealed, what a repeated report does not do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import CaseReported, PostHeld
from fedconnect.foundation import clock, sealing
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import (
    Case,
    CaseKind,
    CaseState,
    Evidence,
    EvidenceOpened,
    Report,
    Severity,
)
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.cases import cases
from fedconnect.moderation.cases.cases import SealedMessage
from support.moderation_rows import a_case, count, emitted, every, stop_the_clock
from support.unit import a_board, a_person, a_thread

WORST = "I want to die"


def reported(
    session: Session,
    board: Board,
    post: Post,
    by: Person,
    words: str = "It mocks.",
    said: Severity = Severity.RULES,
) -> Case:
    return cases.report_post(session, board, post, by, words, f"https://{by.host}/reports/{by.id}", said)


def a_post_on(session: Session, board: Board, words: str = "Some words") -> Post:
    return a_thread(session, board, a_person(session, "author"), source=f"<p>{words}</p>")[1]


def calls(session: Session) -> int:
    """How often somebody was told that there is something to look at."""
    return len([one for one in emitted(session) if type(one) is CaseReported])


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
    first = cases.report_person(session, board, bea.uri, ana, "They harass", "")
    assert (first.post_id, first.severity, first.subject_uri) == (None, Severity.HURT, bea.uri)
    assert cases.report_person(session, other, bea.uri, ana, "Rude", "").severity == Severity.RULES
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
    assert cases.open_evidence(session, case, mo) == "As it was"
    (opened,) = every(session, EvidenceOpened)
    assert (opened.case_id, opened.person_id) == (case.id, mo.id)


def test_where_nothing_is_kept_nobody_is_noted_to_have_looked(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    case = cases.report_person(session, board, "https://x.example/u", ana, "Rude", "")
    with pytest.raises(NotFound):
        cases.open_evidence(session, case, ana)
    assert count(session, EvidenceOpened) == 0


def test_who_sends_a_wave_is_not_written_to(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = cases.hold_post(session, board, post, "Much like it arrives.", wave="wave")
    assert (case.wave, case.kind, case.post_id) == ("wave", CaseKind.HELD, post.id)
    assert emitted(session) == [CaseReported(case.id)]


def test_a_post_that_waits_is_one_case_and_its_author_is_told_each_reason(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    case = cases.hold_post(session, board, post, "First posts are looked at.")
    cases.close(session, case)
    assert cases.hold_post(session, board, post, "It holds a link.") is case
    assert (case.state, case.words) == (CaseState.OPEN, "It holds a link.")
    assert emitted(session) == [
        CaseReported(case.id),
        PostHeld(post.id, case.id),
        CaseReported(case.id),
        PostHeld(post.id, case.id),
    ]
    assert cases.why_held(session, post) == "It holds a link."


def test_a_held_post_is_as_urgent_as_its_words_or_as_who_held_it_says(session: Session) -> None:
    board = a_board(session)
    ana = a_person(session)

    def waits(words: str, severity: Severity) -> int:
        post = a_thread(session, board, ana, source=f"<p>{words}</p>")[1]
        return cases.hold_post(session, board, post, "Why.", severity).severity

    assert waits("Some words", Severity.ROUTINE) == Severity.ROUTINE
    assert waits("They harass me", Severity.ROUTINE) == Severity.HURT
    assert waits("Some words", Severity.DANGER) == Severity.DANGER


def test_a_post_that_waits_and_turns_urgent_has_a_deadline_and_calls_somebody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, now = a_board(session), stop_the_clock(monkeypatch)
    post = a_post_on(session, board)
    case = cases.hold_post(session, board, post, "Why.")
    assert (case.due_at, calls(session)) == (None, 1)
    cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert (case.severity, case.due_at, calls(session)) == (Severity.DANGER, now + timedelta(hours=1), 2)
    cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert calls(session) == 2, "nobody is called twice for the same"
    cases.close(session, case)
    cases.hold_post(session, board, post, "Why.", Severity.DANGER)
    assert (case.due_at, calls(session)) == (now + timedelta(hours=1), 3)


def test_why_a_post_waits_is_said_by_no_other_case(session: Session) -> None:
    board = a_board(session)
    post = a_post_on(session, board)
    reported(session, board, post, a_person(session), "secret words of who reported")
    assert cases.why_held(session, post) == ""


def test_what_is_written_in_private_is_sealed_for_its_own_case(session: Session) -> None:
    board = a_board(session)
    case = cases.take_message(
        session, board, "https://x.example/1", "https://x.example/ana", "A secret " + "x" * 5000
    )
    assert case is not None
    assert "secret" not in case.sealed + case.words
    assert cases.read_message(case) == SealedMessage(
        "https://x.example/ana", ("A secret " + "x" * 5000)[:5000]
    )
    other = cases.take_message(session, board, "https://x.example/2", "https://x.example/ana", "Another")
    assert other is not None
    other.sealed = case.sealed
    with pytest.raises(FedConnectError):
        cases.read_message(other)


def test_a_message_that_is_known_is_not_taken_twice(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    assert cases.take_message(session, board, "https://x.example/1", "ana", "A") is not None
    assert cases.take_message(session, board, "https://x.example/1", "ana", "B") is None
    assert cases.take_message(session, other, "https://x.example/1", "ana", "A") is not None
    assert calls(session) == 2


def test_twenty_messages_of_one_person_wait_and_the_next_is_not_kept(session: Session) -> None:
    board = a_board(session)
    taken = [cases.take_message(session, board, f"https://x.example/{n}", "ana", "A") for n in range(21)]
    assert [one is not None for one in taken] == [True] * 20 + [False]
    assert cases.take_message(session, board, "https://x.example/bea", "bea", "B") is not None
    assert taken[0] is not None
    cases.close(session, taken[0])
    assert cases.take_message(session, board, "https://x.example/once-more", "ana", "A") is not None


def test_what_is_asked_without_a_name_tells_nobody_who(session: Session) -> None:
    case = cases.open_anonymous_question(session, a_board(session), "unnamed:1", "I want to die")
    assert (case.kind, case.severity, case.words) == (CaseKind.ANONYMOUS, Severity.DANGER, "")
    assert cases.read_message(case) == SealedMessage("", "I want to die")


def test_a_case_without_a_message_says_nothing(session: Session) -> None:
    assert cases.read_message(a_case(session, a_board(session))) == SealedMessage("", "")


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


def test_a_sealed_post_is_kept_as_evidence_and_judged_by_what_it_says(session: Session) -> None:
    board = a_board(session, is_local_only=True)
    uri = "https://forum.example/here/respite/posts/1"
    sealed = sealing.seal(b'{"title": "Help", "text": "I want to die"}', f"post:{uri}")
    post = a_thread(session, board, a_person(session), uri=uri, sealed=sealed, source="", body_html="",
                    visibility=Visibility.LOCAL_ONLY)[1]  # fmt: skip
    case = reported(session, board, post, a_person(session, "bea"))
    assert case.severity == Severity.DANGER
    assert cases.open_evidence(session, case, a_person(session, "mo")) == "Help\nI want to die"
