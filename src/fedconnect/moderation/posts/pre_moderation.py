"""How somebody stands to a board, and a post that waits: for a look, or for its time. Every reason is told to its author."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.events import PostHeld, emit
from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.case import CaseKind, Severity
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.cases import cases
from fedconnect.moderation.hold import HoldReason
from fedconnect.moderation.screening import newcomer_limits
from fedconnect.moderation.wording import plainly


def read_author_status(session: Session, board: Board, person: Person) -> AuthorStatus:
    """Return how somebody stands to a board (1 query)."""
    mine = and_(Ban.board_id == board.id, Ban.person_id == person.id, _now_valid())
    shown = and_(
        Post.board_id == board.id,
        Post.person_id == person.id,
        Post.state.in_((PostState.VISIBLE, PostState.DELETED)),
    )
    row = session.execute(
        select(
            exists().where(Moderator.board_id == board.id, Moderator.person_id == person.id),
            exists().where(Admin.person_id == person.id),
            exists().where(mine, Ban.is_hold.is_(False)),
            exists().where(mine, Ban.is_hold.is_(True)),
            exists().where(shown),
            newcomer_limits.was_known(board, person),
        )
    ).one()
    looks_after = bool(row[0] or row[1]) and moderators.may_act(session, person)
    return AuthorStatus(looks_after, bool(row[2]), bool(row[3]), bool(row[4]), bool(row[5]))


def put_on_hold(
    session: Session, post: Post, hold: HoldReason, severity: Severity = Severity.ROUTINE
) -> None:
    """Let moderators know of a post that waits, and its author why, in the language of its board."""
    post.held_until = hold.until
    board = session.get_one(Board, post.board_id)
    case = cases.hold_post(
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


def _now_valid() -> ColumnElement[bool]:
    return or_(Ban.until.is_(None), Ban.until > clock.now())
