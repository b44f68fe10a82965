"""What moderators are asked to look at: opened, claimed, noted on, closed. One case a subject and board, however
often and from how many servers it is reported."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, PostHeld, emit
from fedconnect.forum.local_only import plain_text
from fedconnect.foundation import clock, html, sealing
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
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
from fedconnect.moderation.cases.response_deadlines import due_at
from fedconnect.moderation.cases.triage import severity_of

_MAX_REPORTS = 100  # a case needs no longer list of who reported it
_MAX_WORDS = 5000
_MOST_MESSAGES = 20  # of one person that wait at once
_MOST_READ = 200
_SEALED_EVIDENCE = "evidence"
_SEALED_MESSAGE = "case"


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
    session: Session, board: Board, subject: str, reporter: Person, words: str, uri: str
) -> Case:
    """Take in a report of somebody as such."""
    return _report(
        session, board, subject, None, reporter, words, uri, min(Severity.RULES, severity_of(words))
    )


def hold_post(
    session: Session,
    board: Board,
    post: Post,
    why: str,
    severity: Severity = Severity.ROUTINE,
    wave: str = "",
) -> Case:
    """Let moderators know that a post waits to be shown; `why` is told to its author too."""
    severity = min(severity, severity_of(plain_text(post)))
    case = find_case(session, board.id, CaseKind.HELD, post.uri)
    if case is None:
        case = _open(session, board, CaseKind.HELD, post.uri, severity, why, post_id=post.id)
    else:
        case.words, case.last_at = why[:_MAX_WORDS], clock.now()
        _worsen(session, board, case, severity)
        case.severity = severity
        reopen(session, case)
    case.wave = wave
    if not wave:  # who sends a wave is not written to: we would only make it larger
        emit(session, PostHeld(post.id, case.id))
    return case


def wait_again(session: Session, board: Board, post: Post) -> None:
    """Put a post that waits again back on the list; its author knows already why."""
    case = find_case(session, board.id, CaseKind.HELD, post.uri)
    if case is None:
        severity = min(Severity.ROUTINE, severity_of(plain_text(post)))
        _open(session, board, CaseKind.HELD, post.uri, severity, "", post_id=post.id)
    else:
        reopen(session, case)


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """What somebody wrote to a board in private, and who (their actor id; empty where they ask without their name)."""

    by: str
    text: str


def take_message(session: Session, board: Board, uri: str, by: str, text: str) -> Case | None:
    """Keep what somebody wrote to a board in private, sealed, for its moderators alone; None where it is known,
    or where twenty of the same person wait already."""
    if find_case(session, board.id, CaseKind.MESSAGE, uri) is not None or _has_said_enough(
        session, board, by
    ):
        return None
    case = _open(session, board, CaseKind.MESSAGE, uri, min(Severity.ROUTINE, severity_of(text)), "")
    _seal(case, SealedMessage(by, text[:_MAX_WORDS]))
    return case


def open_anonymous_question(session: Session, board: Board, subject: str, text: str) -> Case:
    """Put what somebody asks without their name on the list, sealed."""
    case = _open(session, board, CaseKind.ANONYMOUS, subject, min(Severity.ROUTINE, severity_of(text)), "")
    _seal(case, SealedMessage("", text[:_MAX_WORDS]))
    return case


def _seal(case: Case, message: SealedMessage) -> None:
    told = json.dumps(asdict(message))
    case.sealed = sealing.seal(told.encode(), f"{_SEALED_MESSAGE}:{case.id}")


def _has_said_enough(session: Session, board: Board, by: str) -> bool:
    waiting = select(Case).where(
        Case.board_id == board.id,
        Case.kind == CaseKind.MESSAGE,
        Case.state == CaseState.OPEN,
        Case.sealed != "",
    )
    latest = session.execute(waiting.order_by(Case.id.desc()).limit(_MOST_READ)).scalars()
    return sum(1 for case in latest if read_message(case).by == by) >= _MOST_MESSAGES


def open_appeal_case(
    session: Session, board: Board, appeal_id: int, post_id: int | None, due: datetime
) -> Case:
    """Put an appeal on the list."""
    case = _open(
        session, board, CaseKind.APPEAL, f"appeal:{appeal_id}", Severity.RULES, "", post_id=post_id
    )  # fmt: skip
    case.due_at = due
    return case


def read_message(case: Case) -> SealedMessage:
    """Return what was written in private."""
    if not case.sealed:
        return SealedMessage("", "")
    told = json.loads(sealing.unseal(case.sealed, f"{_SEALED_MESSAGE}:{case.id}"))
    return SealedMessage(told["by"], told["text"])


def find_case(session: Session, board_id: int, kind: CaseKind, subject: str) -> Case | None:
    """Return the case about a subject on a board, held until this transaction ends."""
    return session.execute(
        select(Case)
        .where(Case.board_id == board_id, Case.kind == kind, Case.subject_uri == subject)
        .with_for_update()
    ).scalar_one_or_none()


def why_held(session: Session, post: Post) -> str:
    """Return why a post waits, as its author is told."""
    asked = select(Case.words).where(Case.post_id == post.id, Case.kind == CaseKind.HELD)
    return session.execute(asked.limit(1)).scalar() or ""


def get_case(session: Session, case_id: int) -> Case:
    """Return a case. Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("no such case")
    return case


def open_evidence(session: Session, case: Case, person: Person) -> str:
    """Return a reported post's words as they were, and write down who looked. Raises NotFound."""
    kept = session.execute(select(Evidence).where(Evidence.case_id == case.id)).scalar_one_or_none()
    if kept is None:
        raise NotFound("no evidence")
    session.add(EvidenceOpened(case_id=case.id, person_id=person.id, at=clock.now()))
    return sealing.unseal(kept.sealed, f"{_SEALED_EVIDENCE}:{case.id}").decode()


def close(session: Session, case: Case) -> None:
    """Take a case off the list."""
    if case.state is CaseState.OPEN:
        case.move(CaseState.CLOSED)
    case.claimed_by = case.claimed_until = case.due_at = None
    case.climbed = 0


def close_all_about(session: Session, board_id: int, post: Post) -> None:
    """A decision on a post answers what was asked about it, but for appeals."""
    asked = select(Case).where(
        Case.board_id == board_id, Case.post_id == post.id, Case.state == CaseState.OPEN,
        Case.kind.in_((CaseKind.REPORT, CaseKind.HELD)),
    )  # fmt: skip
    for case in session.execute(asked).scalars():
        close(session, case)


def _report(
    session: Session,
    board: Board,
    subject: str,
    post: Post | None,
    reporter: Person,
    words: str,
    uri: str,
    severity: Severity,
) -> Case:
    now, words = clock.now(), html.plain_lines(words, 1000)
    case = find_case(session, board.id, CaseKind.REPORT, subject)
    if case is None:
        post_id = post.id if post is not None else None
        case = _open(session, board, CaseKind.REPORT, subject, severity, words, post_id=post_id)
        _note_reporter(session, case, reporter, uri)
        return case
    if _has_reported(session, case, reporter):
        return case
    if case.times < _MAX_REPORTS:
        _note_reporter(session, case, reporter, uri)
    case.times += 1
    case.last_at = now
    if words and words not in case.words and len(case.words) + len(words) < _MAX_WORDS:
        case.words = f"{case.words}\n{words}".strip()
    _worsen(session, board, case, severity)
    reopen(session, case)
    return case


def _worsen(session: Session, board: Board, case: Case, severity: Severity) -> None:
    """Let a case be as urgent as what came now."""
    if severity < case.severity:
        case.severity, case.due_at = severity, due_at(board, severity, clock.now())
        if case.state is CaseState.OPEN:  # it is worse than it seemed: whoever is called by that is called
            emit(session, CaseReported(case.id))


def _open(
    session: Session,
    board: Board,
    kind: CaseKind,
    subject: str,
    severity: Severity,
    words: str,
    *,
    post_id: int | None = None,
) -> Case:
    now = clock.now()
    case = Case(
        board_id=board.id, kind=kind, severity=severity, subject_uri=subject, post_id=post_id, words=words[:_MAX_WORDS],
        times=1, first_at=now, last_at=now, due_at=due_at(board, severity, now),
    )  # fmt: skip
    session.add(case)
    session.flush()  # the report and the event name it
    emit(session, CaseReported(case.id))
    return case


def reopen(session: Session, case: Case) -> None:
    """Put a closed case on the list again, with as much time as a new one."""
    if case.state is CaseState.CLOSED:
        case.move(CaseState.OPEN)
        board = session.get_one(Board, case.board_id)
        case.due_at = due_at(board, Severity(case.severity), clock.now())
        emit(session, CaseReported(case.id))


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
