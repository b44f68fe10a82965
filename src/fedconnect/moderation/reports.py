"""Reports: one case a subject and board, however often and from how many servers it is reported."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, emit
from fedconnect.foundation import clock
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.html import plain
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.report import Case, CaseState, Report

_MAX_REPORTS = 100  # a case needs no longer list of who reported it
_MAX_WORDS = 5000


def report_post(session: Session, board: Board, post: Post, reporter: Person, words: str, uri: str) -> Case:
    """Take in a report of a post; the same person's second one changes nothing."""
    return _report(session, board, post.uri, post.id, reporter, words, uri)


def report_person(
    session: Session, board: Board, subject: str, reporter: Person, words: str, uri: str
) -> Case:
    """Take in a report of somebody as such."""
    return _report(session, board, subject, None, reporter, words, uri)


def _report(
    session: Session, board: Board, subject: str, post_id: int | None, reporter: Person, words: str, uri: str
) -> Case:
    now = clock.now()
    case = session.execute(
        select(Case).where(Case.board_id == board.id, Case.subject_uri == subject).with_for_update()
    ).scalar_one_or_none()
    words = plain(words, 1000)
    if case is None:
        case = Case(
            board_id=board.id, subject_uri=subject, post_id=post_id, words=words, times=1, first_at=now,
            last_at=now,
        )  # fmt: skip
        session.add(case)
        session.flush()  # the report and the event name it
        _note(session, case, reporter, uri)
        emit(session, CaseReported(case.id))
        return case
    if case.times < _MAX_REPORTS and not _note(session, case, reporter, uri):
        return case
    case.times += 1
    case.last_at = now
    if words and words not in case.words and len(case.words) + len(words) < _MAX_WORDS:
        case.words = f"{case.words}\n{words}".strip()
    if case.state is CaseState.CLOSED:
        case.move(CaseState.OPEN)
        emit(session, CaseReported(case.id))
    return case


def _note(session: Session, case: Case, reporter: Person, uri: str) -> bool:
    noted = session.execute(
        insert_or_skip(session, table_of(Report)).values(
            id=new_id(), case_id=case.id, person_id=reporter.id, uri=uri, at=clock.now()
        )
    )
    return changed(noted) == 1
