"""Whether somebody looks after a board: without a moderator for three days, new conversations wait."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board, Moderator
from fedconnect.models.person import Person

_NOTED_EVERY = timedelta(hours=1)


def note_active(session: Session, person: Person) -> None:
    """Remember that somebody who looks after boards was here; writes at most once an hour."""
    now = clock.now()
    theirs = Moderator.__table__.select().where(Moderator.person_id == person.id)
    session.execute(
        update(Board)
        .where(
            Board.id.in_(theirs.with_only_columns(Moderator.board_id)),
            or_(Board.attended_at.is_(None), Board.attended_at < now - _NOTED_EVERY),
        )
        .values(attended_at=now)
        .execution_options(synchronize_session=False)
    )


def is_note_due(board: Board) -> bool:
    """Whether somebody's being here would be news to the board's row."""
    return board.attended_at is None or clock.now() - board.attended_at > _NOTED_EVERY


def is_unattended(board: Board) -> bool:
    """Whether nobody has looked after a board for as long as it bears that."""
    if not board.holds_after_hours:
        return False
    last = board.attended_at or board.created_at
    return clock.now() - last > timedelta(hours=board.holds_after_hours)
