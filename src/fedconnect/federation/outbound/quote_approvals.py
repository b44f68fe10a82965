"""Leaves to quote a note of a board's own, by the ids that were given out. Ref: FEP-044f."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.quote_approval import QuoteApproval


def get_stamp(session: Session, board: Board, stamp_id: int) -> QuoteApproval:
    """Return a leave that stands. Raises NotFound, also where another board gave it."""
    given = session.get(QuoteApproval, stamp_id)
    if given is None or given.board_id != board.id:
        raise NotFound("no such stamp")
    return given
