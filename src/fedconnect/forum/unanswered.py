"""Starters that nobody else has answered, the oldest of the last days first; not those whose author said no."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from fedconnect.forum.thread_lists import ThreadItem, thread_items
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import (
    listed_everywhere,
    listed_on_board,
    may_surface,
    may_travel,
    welcome_to,
)

WINDOW = timedelta(days=14)
LIMIT = 40


def list_unanswered(session: Session, board: Board | None = None, *, reader: str = "") -> list[ThreadItem]:
    """Return unanswered threads of one board, or of all (one query).

    `reader` is the handle of who asks: an author whom they are hidden from is not shown to them.
    """
    seen_where = listed_everywhere() if board is None else listed_on_board()
    conditions = [
        seen_where,
        may_surface(),
        Thread.answered.is_(False),
        Thread.published > clock.now() - WINDOW,
    ]
    if reader:
        conditions.append(welcome_to(reader))
    if board is not None:
        conditions.append(Thread.board_id == board.id)
    return thread_items(session, *conditions, oldest_first=True, limit=LIMIT)


def list_unanswered_feed(session: Session, board: Board | None = None) -> list[ThreadItem]:
    """Return those that may leave these pages, for Atom: public, of authors who let themselves be found (one query)."""
    conditions = [listed_everywhere(), may_travel(), Thread.answered.is_(False)]
    conditions.append(Thread.published > clock.now() - WINDOW)
    if board is not None:
        conditions.append(Thread.board_id == board.id)
    return thread_items(session, *conditions, oldest_first=False, limit=LIMIT)
