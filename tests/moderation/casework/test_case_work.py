"""Work on a case short of deciding: for whom it is, one at a time, each kind in its own way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.drafts import Visibility
from fedconnect.events import DirectMessageWritten
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseNote, CaseState, EvidenceOpened
from fedconnect.models.decision import Appeal, AppealState, Decision, DecisionKind
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.cases import claims, reports, sealed_messages
from fedconnect.moderation.casework import case_work
from support.moderation_rows import (
    a_case,
    a_decision,
    a_visit,
    an_appeal,
    count,
    emitted,
    every,
    somebody_of_the_team,
)
from support.more_moderation_rows import a_question, letters_to
from support.unit import a_board, a_person, a_thread

OPENLY = Visibility.PUBLIC
WORKS: dict[str, Callable[[Session, Visit, int], object]] = {
    "claim": case_work.claim,
    "let go": case_work.let_go,
    "note": lambda session, visit, number: case_work.note(session, visit, number, "A note"),
    "evidence": case_work.open_evidence,
    "answer": lambda session, visit, number: case_work.reply(session, visit, number, "An answer"),
    "publish": lambda session, visit, number: case_work.publish(session, visit, number, "A", OPENLY),
    "hear": lambda session, visit, number: case_work.hear(session, visit, number, "Words", overturn=True),
}  # fmt: skip


def a_team(session: Session, board: Board) -> tuple[Visit, Visit]:
    """Mo and Meg, who look after a board."""
    mo, meg = (a_visit(session, somebody_of_the_team(session, board, name)) for name in ("mo", "meg"))
    return mo, meg


def a_message(session: Session, board: Board, name: str = "ana") -> Case:
    """What somebody wrote to a board in private."""
    ana = a_person(session, name)
    case = sealed_messages.take_message(session, board, f"{ana.uri}/messages/1", ana.uri, "Please help me")
    assert case is not None
    return case


@pytest.mark.parametrize("work", WORKS)
def test_nothing_is_done_to_a_case_of_another_team(session: Session, work: str) -> None:
    board, other = a_board(session), a_board(session, "other")
    somebody_of_the_team(session, board)
    otto = a_visit(session, somebody_of_the_team(session, other, "otto"))
    case = a_message(session, board)
    for visit, number in ((otto, case.id), (a_visit(session, a_person(session, "eve")), case.id), (otto, 0)):
        with pytest.raises(NotFound):
            WORKS[work](session, visit, number)
    session.refresh(case)
    assert (case.claimed_by, count(session, CaseNote), count(session, DirectMessage)) == (None, 0, 0)


@pytest.mark.parametrize("work", ["publish", "hear"])
def test_what_is_no_question_is_not_published_and_what_is_no_appeal_not_heard(
    session: Session, work: str
) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    kinds = [CaseKind.REPORT, CaseKind.HELD, CaseKind.MESSAGE]
    for number, kind in enumerate(kinds):
        with pytest.raises(NotFound):
            WORKS[work](session, mo, a_case(session, board, f"x{number}", kind=kind).id)
    assert count(session, Decision) == 0


def test_a_colleagues_case_is_not_taken_but_noted_on(session: Session) -> None:
    board = a_board(session)
    mo, meg = a_team(session, board)
    case = a_case(session, board)
    case_work.claim(session, mo, case.id)
    with pytest.raises(Malformed):
        case_work.claim(session, meg, case.id)
    case_work.let_go(session, meg, case.id)
    with pytest.raises(Malformed):
        case_work.claim(session, meg, case.id)
    case_work.note(session, meg, case.id, "I know them.")
    assert [(one.person_id, one.words) for one in every(session, CaseNote)] == [
        (meg.person_id, "I know them.")
    ]
    case_work.let_go(session, mo, case.id)
    case_work.claim(session, meg, case.id)
    session.refresh(case)
    assert case.claimed_by == meg.person_id


def test_evidence_is_opened_under_ones_name_and_where_none_is_kept_nobody_is_noted(session: Session) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    _, post = a_thread(session, board, a_person(session), source="<p>As it was</p>")
    case = reports.report_post(session, board, post, a_person(session, "eve"), "It mocks.", "")
    post.source = "<p>Changed since</p>"
    assert case_work.open_evidence(session, mo, case.id) == "As it was"
    with pytest.raises(NotFound):
        case_work.open_evidence(session, mo, a_case(session, board).id)
    assert [(one.case_id, one.person_id) for one in every(session, EvidenceOpened)] == [
        (case.id, mo.person_id)
    ]


def test_a_message_is_answered_by_letter_and_stays_open_with_the_answer_noted(session: Session) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    case = a_message(session, board)
    assert case_work.reply(session, mo, case.id, "We are here.") is False
    assert case.state is CaseState.OPEN
    (letter,) = letters_to(session, a_person_of(session, case))
    assert (letter.kind, letter.in_reply_to) == (DirectMessageKind.ANSWER, case.subject_uri)
    assert "We are here." in letter.html
    assert [one.words for one in claims.list_notes(session, case)] == ["We are here."]
    assert [one for one in emitted(session) if isinstance(one, DirectMessageWritten)] == [
        DirectMessageWritten(letter.id)
    ]
    case_work.reply(session, mo, case.id, "We are here.")
    assert count(session, DirectMessage) == 2, "said again it is sent again"


def a_person_of(session: Session, case: Case) -> Person:
    by = sealed_messages.read_message(case).by
    return session.query(Person).filter_by(uri=by).one()


@pytest.mark.parametrize("words", ["", " \n ", "\u200b"])
def test_nothing_is_no_answer(session: Session, words: str) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    dora = a_visit(session, a_person(session, "dora"))
    question = a_question(session, board, dora)[1]
    for case in (a_message(session, board), question):
        with pytest.raises(Malformed):
            case_work.reply(session, mo, case.id, words)
        assert case.state is CaseState.OPEN
    assert count(session, DirectMessage) == count(session, CaseNote) == 0


@pytest.mark.parametrize("kind", [CaseKind.REPORT, CaseKind.HELD])
def test_there_is_nobody_to_answer_where_nobody_wrote(session: Session, kind: CaseKind) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    with pytest.raises(Malformed):
        case_work.reply(session, mo, a_case(session, board, kind=kind).id, "An answer")
    assert count(session, CaseNote) == 0


@pytest.mark.parametrize("work", ["answer", "publish"])
def test_a_question_that_a_colleague_has_open_is_theirs_and_is_settled_once(
    session: Session, work: str
) -> None:
    board = a_board(session)
    mo, meg = a_team(session, board)
    case = a_question(session, board, a_visit(session, a_person(session, "dora")))[1]
    case_work.claim(session, meg, case.id)
    with pytest.raises(Malformed):
        WORKS[work](session, mo, case.id)
    assert case.state is CaseState.OPEN
    WORKS[work](session, meg, case.id)
    session.flush()
    assert (case.state, case.sealed) == (CaseState.CLOSED, "")
    for again in ("answer", "publish"):
        with pytest.raises(NotFound):
            WORKS[again](session, meg, case.id)
    (decision,) = every(session, Decision)
    assert (decision.person_id, decision.case_id) == (meg.person_id, case.id)
    assert decision.rule == anonymous_questions.BY_WISH


def test_a_private_answer_reaches_who_asked_here_and_no_server(session: Session) -> None:
    board = a_board(session)
    mo, _ = a_team(session, board)
    asked, case = a_question(session, board, a_visit(session, a_person(session, "dora")))
    assert case_work.reply(session, mo, case.id, "The carers’ line does.") is True
    assert asked.answer != ""
    assert "carers" not in asked.answer, "sealed"
    assert (count(session, DirectMessage), count(session, CaseNote)) == (0, 0)
    assert [one.kind for one in every(session, Decision)] == [DecisionKind.LEAVE]


def test_a_question_stands_on_its_board_in_its_language_as_widely_as_was_chosen(session: Session) -> None:
    board = a_board(session, language="de")
    mo, _ = a_team(session, board)
    case = a_question(session, board, a_visit(session, a_person(session, "dora")))[1]
    where, post = case_work.publish(session, mo, case.id, "Wer hilft?\nUns allen.", Visibility.UNLISTED)
    assert where is board
    assert (post.person_id, post.visibility, post.language) == (None, Visibility.UNLISTED, "de")
    assert every(session, AnonymousQuestion)[0].post_id == post.id


@pytest.mark.parametrize(("overturn", "state"), [(True, AppealState.OVERTURNED), (False, AppealState.UPHELD)])
def test_an_appeal_is_heard_by_a_colleague_as_they_say(
    session: Session, overturn: bool, state: AppealState
) -> None:
    board, ana = a_board(session), a_person(session)
    mo, meg = a_team(session, board)
    decision = a_decision(session, board, kind=DecisionKind.BAN, subject_uri=ana.uri, person_id=mo.person_id)
    appeal = an_appeal(session, decision, ana)
    case = a_case(
        session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL, due_at=clock.now() + timedelta(days=1)
    )
    with pytest.raises(NotFound):
        case_work.hear(session, mo, case.id, "I was right.", overturn=overturn)
    case_work.hear(session, meg, case.id, "I looked.", overturn=overturn)
    (heard,) = every(session, Appeal)
    assert (heard.state, heard.heard_by, heard.answer) == (state, meg.person_id, "I looked.")
    assert case.state is CaseState.CLOSED
