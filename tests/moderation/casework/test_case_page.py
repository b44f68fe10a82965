"""One case as its page shows it: what is about its post, its words, its appeal, and what can be done."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import NotFound
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.decision import DecisionKind
from fedconnect.models.post import PostState
from fedconnect.moderation.cases import claims
from fedconnect.moderation.casework.case_page import read_case
from support.moderation_rows import a_case, a_decision, a_visit, an_appeal, somebody_of_the_team
from support.more_moderation_rows import a_question
from support.unit import a_board, a_person, a_thread


def test_the_page_is_the_teams(session: Session) -> None:
    case = a_case(session, a_board(session))
    with pytest.raises(NotFound):
        read_case(session, a_visit(session, a_person(session)), case.id)


def test_a_report_is_shown_with_its_post_and_notes_and_neither_appeal_nor_consent(session: Session) -> None:
    board = a_board(session)
    mo = somebody_of_the_team(session, board)
    thread, post = a_thread(session, board, a_person(session))
    case = a_case(session, board, post.uri, post_id=post.id)
    for words in ("First", "Second"):
        claims.note(session, case, mo, words)
    session.flush()
    page = read_case(session, a_visit(session, mo), case.id)
    assert (page.line.id, page.board, page.is_open) == (case.id, board, True)
    assert [one.words for one in page.notes] == ["First", "Second"]
    assert (page.appeal, page.decision, page.consent) == (None, None, "")
    assert (page.form.post, page.form.thread) == (post, thread)
    assert {DecisionKind.LEAVE, DecisionKind.REMOVE} <= {one.kind for one in page.form.actions}


def test_a_closed_case_is_still_readable_and_said_to_be_closed(session: Session) -> None:
    board = a_board(session)
    visit = a_visit(session, somebody_of_the_team(session, board))
    assert not read_case(session, visit, a_case(session, board, state=CaseState.CLOSED).id).is_open


def test_what_waits_cannot_be_left_and_who_was_reported_can_be_kept_off(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    visit = a_visit(session, somebody_of_the_team(session, board))
    _, post = a_thread(session, board, ana, state=PostState.HELD)
    held = read_case(session, visit, a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id).id)
    assert DecisionKind.LEAVE not in {one.kind for one in held.form.actions}
    person = read_case(session, visit, a_case(session, board, ana.uri).id)
    assert {DecisionKind.LEAVE, DecisionKind.BAN} <= {one.kind for one in person.form.actions}
    assert DecisionKind.REMOVE not in {one.kind for one in person.form.actions}


def test_an_appeal_is_shown_with_the_decision_that_it_is_against(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    visit = a_visit(session, somebody_of_the_team(session, board))
    a_decision(session, board, reason="Another")
    decision = a_decision(session, board, subject_uri=ana.uri)
    appeal = an_appeal(session, decision, ana)
    case = a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL)
    page = read_case(session, visit, case.id)
    assert (page.appeal, page.decision) == (appeal, decision)


def test_how_somebody_else_agreed_is_shown_with_the_question_and_not_who_asked(session: Session) -> None:
    board, dora = a_board(session), a_person(session, "dora")
    visit = a_visit(session, somebody_of_the_team(session, board))
    asked, case = a_question(session, board, a_visit(session, dora), "About my sister", "She read it.")
    page = read_case(session, visit, case.id)
    assert (page.consent, page.line.text) == ("She read it.", "About my sister")
    assert (page.line.author_handle, page.form.post) == ("", None)
    assert "She read it." not in asked.consent, "sealed"
