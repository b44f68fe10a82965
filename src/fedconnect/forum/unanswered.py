"""Starters of the last days that nobody else has answered: in turn who has waited longest and who came last, so that
neither has to wait for the other; not those whose author said no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from fedconnect.forum.thread_lists import ThreadItem, thread_ids, thread_items
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
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
LIMIT = 40  # a page
MOST = 1_000  # from either end


@dataclass(frozen=True, slots=True)
class UnansweredPage:
    """One page of what waits for an answer, and whether there are more."""

    threads: list[ThreadItem]
    page: int
    has_more: bool


def list_unanswered(
    session: Session, board: Board | None = None, *, reader: str = "", page: int = 1
) -> UnansweredPage:
    """Return unanswered threads of one board, or of all (2 queries, 3 where very many wait).

    `reader` is the handle of who asks: an author whom they are hidden from is not shown to them.

    Raises:
        NotFound: a page beyond the last.
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
    oldest = thread_ids(session, *conditions, oldest_first=True, limit=MOST)
    newest = thread_ids(session, *conditions, oldest_first=False, limit=MOST) if len(oldest) == MOST else []
    waiting = list(dict.fromkeys([*oldest, *reversed(newest)]))
    chosen = _in_turn(waiting)[(page - 1) * LIMIT : page * LIMIT]
    if page > 1 and not chosen:
        raise NotFound("no such page")
    found = {
        item.id: item for item in thread_items(session, Thread.id.in_(chosen), oldest_first=True, limit=LIMIT)
    }
    items = [found[number] for number in chosen if number in found]
    return UnansweredPage(items, page, has_more=page * LIMIT < len(waiting))


def _in_turn(oldest_first: Sequence[int]) -> list[int]:
    """Return the oldest, the newest, the second oldest, the second newest and so on, each once."""
    half = (len(oldest_first) + 1) // 2
    oldest, newest = oldest_first[:half], list(reversed(oldest_first[half:]))
    order = [number for pair in zip(oldest, newest, strict=False) for number in pair]
    return [*order, *oldest[len(newest) :]]


def list_unanswered_feed(session: Session, board: Board | None = None) -> list[ThreadItem]:
    """Return those that may leave these pages, for Atom: public, of authors who let themselves be found (one query)."""
    conditions = [listed_everywhere(), may_travel(), Thread.answered.is_(False)]
    conditions.append(Thread.published > clock.now() - WINDOW)
    if board is not None:
        conditions.append(Thread.board_id == board.id)
    return thread_items(session, *conditions, oldest_first=False, limit=LIMIT)
