"""Work on a case: for who may look at it, one at a time, and each kind in its own way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.drafts import Visibility
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.case import Case, CaseNote, EvidenceOpened
from fedconnect.models.decision import Decision
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.casework import case_page, case_work, daily_list
from support.forum import Forum
from support.rows import moderator, reported, signed_in

WORKS: dict[str, Callable[..., object]] = {
    "claim": case_work.claim,
    "let go": case_work.let_go,
    "note": lambda session, visit, number: case_work.note(session, visit, number, "A note"),
    "evidence": case_work.open_evidence,
    "answer": lambda session, visit, number: case_work.reply(session, visit, number, "An answer"),
    "publish": lambda session, visit, number: case_work.publish(session, visit, number, "Words", Visibility.PUBLIC),
    "hear": lambda session, visit, number: case_work.hear(session, visit, number, "Words", overturn=True),
    "read": case_page.read_case,
}  # fmt: skip


def asked(text: str = "Who helps relatives?") -> Case:
    """A question without a name."""
    dora = signed_in("dora")
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        question = anonymous_questions.ask(
            session, board, dora.reader_id, sessions.person_of(session, dora), text
        )
        return session.get_one(Case, question.case_id)


@pytest.mark.parametrize("work", WORKS)
def test_nothing_is_done_to_a_case_of_another_team(forum: Forum, work: str) -> None:
    other, case = moderator("other", "benefits"), reported(signed_in("dora"), signed_in("eve"))
    for visit, number in ((other, case.id), (signed_in("fay"), case.id), (moderator("mo"), 0)):
        with pytest.raises(NotFound), database.transaction() as session:
            WORKS[work](session, visit, number)
    assert forum.rows(CaseNote) == forum.rows(EvidenceOpened) == forum.rows(Decision) == []


@pytest.mark.parametrize("work", ["publish", "hear"])
def test_a_report_is_neither_published_nor_heard(forum: Forum, work: str) -> None:
    mo, case = moderator("mo"), reported(signed_in("dora"), signed_in("eve"))
    with pytest.raises(NotFound), database.transaction() as session:
        WORKS[work](session, mo, case.id)


@pytest.mark.parametrize("work", ["claim", "answer", "publish"])
def test_what_a_colleague_keeps_is_theirs_until_they_let_it_go(forum: Forum, work: str) -> None:
    moderator("mo")
    meg, ned, case = moderator("meg"), moderator("ned"), asked()
    with database.transaction() as session:
        case_work.claim(session, meg, case.id)
    with pytest.raises(Malformed), database.transaction() as session:
        WORKS[work](session, ned, case.id)
    with database.transaction() as session:
        case_work.let_go(session, meg, case.id)
        WORKS[work](session, ned, case.id)


def test_evidence_is_read_as_it_was_and_who_looked_is_written_down(forum: Forum) -> None:
    mo, case = moderator("mo"), reported(signed_in("dora"), signed_in("eve"))
    with database.transaction() as session:
        assert "A question" in case_work.open_evidence(session, mo, case.id)
    assert [one.person_id for one in forum.rows(EvidenceOpened)] == [mo.person_id]


def test_a_question_without_a_name_is_settled_by_asking_or_answering(forum: Forum) -> None:
    mo = moderator("mo")
    case = asked()
    with database.transaction() as session:
        board, post = case_work.publish(session, mo, case.id, "Who helps?", Visibility.UNLISTED)
    assert (board.slug, post.person_id, post.visibility) == ("respite", None, Visibility.UNLISTED)
    with pytest.raises(NotFound), database.transaction() as session:
        case_work.reply(session, mo, case.id, "Too late")
    assert forum.rows(Decision)[0].rule == anonymous_questions.BY_WISH


def test_an_answer_to_a_question_settles_it(forum: Forum) -> None:
    mo, case = moderator("mo"), asked()
    with database.transaction() as session:
        assert case_work.reply(session, mo, case.id, "The carers’ line does.")


def test_the_page_of_a_case_and_the_list_show_what_waits(forum: Forum) -> None:
    mo, case = moderator("mo"), reported(signed_in("dora"), signed_in("eve"))
    with database.transaction() as session:
        case_work.note(session, mo, case.id, "I know them.")
    with database.read_transaction() as session:
        shown = case_page.read_case(session, mo, case.id)
    assert shown.is_open
    assert [one.words for one in shown.notes] == ["I know them."]
    assert (shown.appeal, shown.decision, shown.consent, shown.form.post is not None) == (
        None,
        None,
        "",
        True,
    )
    listed = daily_list.open_list(mo)
    assert [line.id for line in listed.lines] == [case.id]
    assert not listed.runs_forum


def test_whoever_looks_after_no_board_has_no_list_and_is_not_noted(forum: Forum) -> None:
    with pytest.raises(NotFound):
        daily_list.open_list(signed_in("dora"))
    with database.read_transaction() as session:
        assert _attended(session) == [None, None]
    daily_list.open_list(moderator("mo"))
    with database.read_transaction() as session:
        assert [one is not None for one in _attended(session)] == [False, True]


def _attended(session: Session) -> list[object]:
    return [board.attended_at for board in boards.list_boards(session)]
