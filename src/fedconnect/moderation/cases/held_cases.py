"""Cases of posts that wait to be shown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import PostHeld, emit
from fedconnect.forum.local_only import plain_text
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, Severity
from fedconnect.models.post import Post
from fedconnect.moderation.cases import cases
from fedconnect.moderation.cases.triage import severity_of


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
    case = cases.find_case(session, board.id, CaseKind.HELD, post.uri)
    if case is None:
        case = cases.open_case(session, board, CaseKind.HELD, post.uri, severity, why, post_id=post.id)
    else:
        case.words, case.last_at = why[: cases.MAX_WORDS], clock.now()
        cases.worsen(session, board, case, severity)
        case.severity = severity
        cases.reopen(session, case)
    case.wave = wave
    if not wave:  # who sends a wave is not written to: we would only make it larger
        emit(session, PostHeld(post.id, case.id))
    return case


def wait_again(session: Session, board: Board, post: Post) -> None:
    """Put a post that waits again back on the list; its author knows already why."""
    case = cases.find_case(session, board.id, CaseKind.HELD, post.uri)
    if case is None:
        severity = min(Severity.ROUTINE, severity_of(plain_text(post)))
        cases.open_case(session, board, CaseKind.HELD, post.uri, severity, "", post_id=post.id)
    else:
        cases.reopen(session, case)


def why_held(session: Session, post: Post) -> str:
    """Return why a post waits, as its author is told."""
    asked = select(Case.words).where(Case.post_id == post.id, Case.kind == CaseKind.HELD)
    return session.execute(asked.limit(1)).scalar() or ""
