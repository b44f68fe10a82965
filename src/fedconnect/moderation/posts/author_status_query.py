"""How somebody stands to a board now, in one query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.screening import newcomer_limits


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


def _now_valid() -> ColumnElement[bool]:
    return or_(Ban.until.is_(None), Ban.until > clock.now())
