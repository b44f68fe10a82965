"""A post that waits: for a look, or for its time. Every reason is told to its author."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.events import PostHeld, emit
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, Severity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.cases import cases, held_cases
from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.screening import newcomer_limits
from fedconnect.moderation.wording import plainly


def put_on_hold(
    session: Session, post: Post, hold: HoldReason, severity: Severity = Severity.ROUTINE
) -> None:
    """Let moderators know of a post that waits, and its author why, in the language of its board."""
    post.held_until = hold.until
    board = session.get_one(Board, post.board_id)
    case = held_cases.hold_post(
        session, board, post, plainly(board, hold.why, detail=hold.detail), severity, hold.wave
    )
    author = session.get(Person, post.person_id) if post.person_id is not None else None
    if hold.is_surge and author is not None and newcomer_limits.may_write_to(session, author, case):
        emit(session, PostHeld(post.id, case.id))


def forget_hold(session: Session, post: Post) -> None:
    """A post that waited for its time alone needs no look any more."""
    case = cases.find_case(session, post.board_id, CaseKind.HELD, post.uri)
    if case is not None:
        cases.close(session, case)
