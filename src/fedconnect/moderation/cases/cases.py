"""What moderators are asked to look at: opened, found, made more urgent, closed. One case a subject and board."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import CaseReported, emit
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState, Severity
from fedconnect.models.post import Post
from fedconnect.moderation.cases.response_deadlines import due_at

MAX_WORDS = 5000


def find_case(session: Session, board_id: int, kind: CaseKind, subject: str) -> Case | None:
    """Return the case about a subject on a board, held until this transaction ends."""
    return session.execute(
        select(Case)
        .where(Case.board_id == board_id, Case.kind == kind, Case.subject_uri == subject)
        .with_for_update()
    ).scalar_one_or_none()


def get_case(session: Session, case_id: int) -> Case:
    """Return a case. Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("no such case")
    return case


def open_case(
    session: Session,
    board: Board,
    kind: CaseKind,
    subject: str,
    severity: Severity,
    words: str,
    *,
    post_id: int | None = None,
    times: int = 1,
) -> Case:
    """Put something on the list, and tell whoever is called by how urgent it is. `times`: how often it was reported; 0
    where its own words brought it here."""
    now = clock.now()
    case = Case(
        board_id=board.id, kind=kind, severity=severity, subject_uri=subject, post_id=post_id, words=words[:MAX_WORDS],
        times=times, first_at=now, last_at=now, due_at=due_at(board, severity, now),
    )  # fmt: skip
    session.add(case)
    session.flush()  # the report and the event name it
    emit(session, CaseReported(case.id))
    return case


def worsen(session: Session, board: Board, case: Case, severity: Severity) -> None:
    """Let a case be as urgent as what came now."""
    if severity < case.severity:
        case.severity, case.due_at = severity, due_at(board, severity, clock.now())
        if case.state is CaseState.OPEN:  # it is worse than it seemed: whoever is called by that is called
            emit(session, CaseReported(case.id))


def reopen(session: Session, case: Case) -> None:
    """Put a closed case on the list again, with as much time as a new one."""
    if case.state is CaseState.CLOSED:
        case.move(CaseState.OPEN)
        board = session.get_one(Board, case.board_id)
        case.due_at = due_at(board, Severity(case.severity), clock.now())
        emit(session, CaseReported(case.id))


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


def open_appeal_case(
    session: Session, board: Board, appeal_id: int, post_id: int | None, due: datetime
) -> Case:
    """Put an appeal on the list."""
    case = open_case(
        session, board, CaseKind.APPEAL, f"appeal:{appeal_id}", Severity.RULES, "", post_id=post_id
    )
    case.due_at = due
    return case
