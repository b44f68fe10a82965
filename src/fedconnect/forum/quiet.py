"""Starters that nobody else has answered, the oldest of the last days first.

Until impressions are counted, an unanswered post is the best sign of one that was not heard.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from fedconnect.forum.lists import ThreadLine, thread_lines
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere, listed_on_board

WINDOW = timedelta(days=14)
LIMIT = 40


def list_quiet(session: Session, board: Board | None = None) -> list[ThreadLine]:
    """Return unanswered threads of one board, or of all (one query)."""
    seen_where = listed_everywhere() if board is None else listed_on_board()
    conditions = [seen_where, Thread.answered.is_(False), Thread.published > clock.now() - WINDOW]
    if board is not None:
        conditions.append(Thread.board_id == board.id)
    return thread_lines(session, *conditions, oldest_first=True, limit=LIMIT)
