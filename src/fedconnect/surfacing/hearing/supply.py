"""What each board has for its posts: what was looked at there, what asks to be heard, and who comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import Exclusion, Hearing, Impression
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.surfacing.hearing.promise import Supply

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_COMES_WITHIN = timedelta(days=2)


def measure_supplies(session: Session, board: Board | None = None) -> Mapping[int, Supply]:
    """Return by board, or for one board alone, what it has; means of a day over the last week (3 queries)."""
    now = clock.now()
    wanted = Board.id == board.id if board is not None else true()
    looked = _counts(
        session, func.count(Impression.id), func.min(Impression.at), Impression.at > now - _WEEK, wanted
    )
    asked = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Hearing.board_id, func.count(), func.min(Hearing.begun_at))
            .join(Board, Board.id == Hearing.board_id)
            .where(
                Hearing.begun_at > now - _WEEK,
                Hearing.is_starter.is_(True),
                Hearing.exclusion == Exclusion.NONE,
                wanted,
            )
            .group_by(Hearing.board_id)
        )
    }
    coming = _who_comes(session, now, wanted)
    return {
        number: Supply(
            _examined_a_day(now, *looked.get(number, (0, None))),
            _a_day(now, *asked.get(number, (0, None))),
            coming.get(number, 0),
        )
        for number in {*looked, *asked, *coming}
    }


def supply_of(supplies: Mapping[int, Supply], board_id: int) -> Supply:
    """Return what a board has; nothing where nobody reads and writes there."""
    return supplies.get(board_id, Supply(None, 0.0, 0))


def _counts(
    session: Session,
    count: ColumnElement[int],
    first: ColumnElement[datetime],
    *conditions: ColumnElement[bool],
) -> dict[int, tuple[int, datetime | None]]:
    rows = session.execute(
        select(Post.board_id, count, first)
        .join(Impression, Impression.post_id == Post.id)
        .join(Board, Board.id == Post.board_id)
        .where(*conditions)
        .group_by(Post.board_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _who_comes(session: Session, now: datetime, wanted: ColumnElement[bool]) -> dict[int, int]:
    """Return how many readers of each board, who follow it here or from home, were here within two days."""
    lately = select(ReaderSession.reader_id).where(ReaderSession.seen_at > now - _COMES_WITHIN)
    here = select(LocalFollow.board_id.label("board"), LocalFollow.reader_id.label("reader"))
    home = select(Follow.board_id.label("board"), Reader.id.label("reader")).join(
        Reader, Reader.person_id == Follow.person_id
    )
    follows = here.union(home).subquery()
    rows = session.execute(
        select(follows.c.board, func.count())
        .join(Board, Board.id == follows.c.board)
        .where(follows.c.reader.in_(lately), wanted)
        .group_by(follows.c.board)
    )
    return {row[0]: row[1] for row in rows}


def _examined_a_day(now: datetime, count: int, first: datetime | None) -> float | None:
    return None if first is None or now - first < _DAY else _a_day(now, count, first)


def _a_day(now: datetime, count: int, first: datetime | None) -> float:
    return 0.0 if first is None else count / max(1.0, (now - first) / _DAY)
