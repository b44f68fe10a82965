"""Reports of a post or of somebody: one case, however often and from how many servers they come; and the words as they
were when the first one came."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, emit
from fedconnect.forum.local_only import plain_text
from fedconnect.foundation import clock, html, sealing
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Evidence, EvidenceOpened, Report, Severity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.cases import cases
from fedconnect.moderation.cases.triage import severity_of

_MAX_REPORTS = 100  # a case needs no longer list of who reported it
_SEALED_EVIDENCE = "evidence"


def report_post(
    session: Session, board: Board, post: Post, reporter: Person, words: str, uri: str, said: Severity = Severity.RULES
) -> Case:  # fmt: skip
    """Take in a report of a post; the second one of somebody who is noted for the first changes nothing.
    `said`: how bad it is to them."""
    own = severity_of(plain_text(post))  # whoever is in distress says so themselves, whatever the report says
    severity = min(said, severity_of(words), Severity.DANGER if own is Severity.DANGER else said)
    case = _report(session, board, post.uri, post, reporter, words, uri, severity)
    _keep_evidence(session, case, post)
    return case


def report_person(
    session: Session, board: Board, subject: str, reporter: Person, words: str, uri: str,
    said: Severity = Severity.RULES, quoted: str = "",
) -> Case:  # fmt: skip
    """Take in a report of somebody as such. `said`: how bad it is to the reporter; `quoted`: what they wrote to the reporter,
    which stands before the reporter's words. Another quotation is another matter: it counts from the same reporter too."""
    severity = min(said, severity_of(f"{quoted}\n{words}"))
    return _report(session, board, subject, None, reporter, words, uri, severity, quoted)


def open_evidence(session: Session, case: Case, person: Person) -> str:
    """Return a reported post's words as they were, and write down who looked. Raises NotFound."""
    kept = session.execute(select(Evidence).where(Evidence.case_id == case.id)).scalar_one_or_none()
    if kept is None:
        raise NotFound("no evidence")
    session.add(EvidenceOpened(case_id=case.id, person_id=person.id, at=clock.now()))
    return sealing.unseal(kept.sealed, f"{_SEALED_EVIDENCE}:{case.id}").decode()


def _report(
    session: Session,
    board: Board,
    subject: str,
    post: Post | None,
    reporter: Person,
    words: str,
    uri: str,
    severity: Severity,
    quoted: str = "",
) -> Case:
    now, words = clock.now(), "\n".join(filter(None, [quoted, html.plain_lines(words, 1000)]))
    case = cases.find_case(session, board.id, CaseKind.REPORT, subject)
    if case is None:
        post_id = post.id if post is not None else None
        case = cases.open_case(session, board, CaseKind.REPORT, subject, severity, words, post_id=post_id)
        _note_reporter(session, case, reporter, uri)
        return case
    if _has_reported(session, case, reporter) and (not quoted or quoted in case.words):
        return case
    if case.times < _MAX_REPORTS:
        _note_reporter(session, case, reporter, uri)
    is_first = case.times == 0  # its own words had brought it here
    case.times += 1
    case.last_at = now
    if words and words not in case.words and len(case.words) + len(words) < cases.MAX_WORDS:
        case.words = f"{case.words}\n{words}".strip()
    cases.worsen(session, board, case, severity)
    if is_first and case.state is CaseState.OPEN:
        emit(session, CaseReported(case.id))
    cases.reopen(session, case)
    return case


def _has_reported(session: Session, case: Case, reporter: Person) -> bool:
    noted = select(Report.id).where(Report.case_id == case.id, Report.person_id == reporter.id)
    return session.execute(noted).first() is not None


def _note_reporter(session: Session, case: Case, reporter: Person, uri: str) -> None:
    session.execute(
        insert_or_skip(session, table_of(Report)).values(
            id=new_id(), case_id=case.id, person_id=reporter.id, uri=uri, at=clock.now()
        )
    )


def _keep_evidence(session: Session, case: Case, post: Post) -> None:
    """Keep a post's words as they were when it was first reported."""
    session.execute(
        insert_or_skip(session, table_of(Evidence)).values(
            id=new_id(), case_id=case.id, at=clock.now(),
            sealed=sealing.seal(plain_text(post)[:20_000].encode(), f"{_SEALED_EVIDENCE}:{case.id}"),
        )
    )  # fmt: skip
