"""What each board has for its posts: what was looked at there or by links in messages, what asks to be heard, and who comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import NOT_PLACED, Exclusion, Hearing, Impression
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.surfacing.hearing import link_tokens, promise
from fedconnect.surfacing.hearing.promise import Supply

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_FORTNIGHT = timedelta(days=14)  # of letters, most of which come once a week
_COMES_WITHIN = timedelta(days=2)


def measure_supplies(session: Session, board: Board | None = None) -> Mapping[int, Supply]:
    """Return by board, or for one board alone, what it has; means of a day over the last week, of links that were opened in
    messages over the last fortnight (4 queries)."""
    now = clock.now()

    def of(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return column == board.id if board is not None else true()

    looked = _by_board(
        session,
        select(Impression.board_id, func.count(), func.min(Impression.at))
        .where(Impression.at > now - _WEEK, Impression.board_id.is_not(None), of(Impression.board_id))
        .where(Impression.channel.not_in(link_tokens.CHANNELS))
        .group_by(Impression.board_id),
    )
    over_quota = func.sum(case((Hearing.exclusion == Exclusion.QUOTA, 1), else_=0))
    asked = session.execute(
        select(Hearing.board_id, func.count() - over_quota, over_quota, func.min(Hearing.begun_at))
        .where(
            Hearing.begun_at > now - _WEEK,
            Hearing.is_starter.is_(True),
            Hearing.exclusion.in_((Exclusion.NONE, Exclusion.QUOTA)),
            # much of what waits may have no hearing: a burst lowers no promise
            or_(Hearing.thresholds != NOT_PLACED, Hearing.exclusion == Exclusion.QUOTA),
        )
        .where(of(Hearing.board_id))
        .group_by(Hearing.board_id)
    )
    asking = {row[0]: (promise.posts_that_ask(row[1], int(row[2])), row[3]) for row in asked}
    opened = _opened_links(session, now, board)
    coming = _who_comes(session, now, board)
    return {
        number: Supply(
            _examined_a_day(now, *looked.get(number, (0, None)), opened.get(number)),
            _a_day(now, *asking.get(number, (0, None))),
            coming.get(number, 0) + (opened[number].people if number in opened else 0),
        )
        for number in {*looked, *asking, *coming, *opened}
    }


def supply_of(supplies: Mapping[int, Supply], board_id: int) -> Supply:
    """Return what a board has; nothing where nobody reads and writes there."""
    return supplies.get(board_id, Supply(None, 0.0, 0))


def _by_board(session: Session, counted: Executable) -> dict[int, tuple[int, datetime | None]]:
    return {row[0]: (row[1], row[2]) for row in session.execute(counted)}


def _who_comes(session: Session, now: datetime, board: Board | None) -> dict[int, int]:
    """Return how many readers of each board, who follow it here or from home, were here within two days."""
    lately = select(ReaderSession.reader_id).where(ReaderSession.seen_at > now - _COMES_WITHIN)
    here = select(LocalFollow.board_id.label("board"), LocalFollow.reader_id.label("reader"))
    home = select(Follow.board_id.label("board"), Reader.id.label("reader")).join(
        Reader, Reader.person_id == Follow.person_id
    )
    follows = here.union(home).subquery()
    coming = select(follows.c.board, func.count()).where(follows.c.reader.in_(lately))
    if board is not None:
        coming = coming.where(follows.c.board == board.id)
    return {row[0]: row[1] for row in session.execute(coming.group_by(follows.c.board))}


@dataclass(frozen=True, slots=True)
class _OpenedLinks:
    """What came of links in messages: how many were opened a day, and of how many `people` we know for certain: as many as
    opened one and the same post, since nothing says who they were."""

    a_day: float
    people: int


def _opened_links(session: Session, now: datetime, board: Board | None) -> dict[int, _OpenedLinks]:
    """Return by board what was opened of messages by who qualified for it, once the first opening is a day old."""
    each = (
        select(
            Impression.board_id.label("board"),
            func.count().label("openings"),
            func.min(Impression.at).label("first"),
        )
        .where(
            Impression.at > now - _FORTNIGHT,
            Impression.channel.in_(link_tokens.CHANNELS),
            Impression.is_qualified.is_(True),
            Impression.board_id.is_not(None),
        )
        .group_by(Impression.board_id, Impression.post_id)
    )
    if board is not None:
        each = each.where(Impression.board_id == board.id)
    of_post = each.subquery().c
    rows = session.execute(
        select(
            of_post.board, func.sum(of_post.openings), func.max(of_post.openings), func.min(of_post.first)
        ).group_by(of_post.board)
    )
    return {
        row[0]: _OpenedLinks(int(row[1]) / max(_WEEK / _DAY, (now - row[3]) / _DAY), int(row[2]))
        for row in rows
        if now - row[3] >= _DAY
    }


def _examined_a_day(
    now: datetime, count: int, first: datetime | None, links: _OpenedLinks | None
) -> float | None:
    """Return how many looks a board has in a day; None while its pages have been looked at for less than one, or nothing is
    known of either."""
    if first is None:
        return links.a_day if links is not None else None
    return None if now - first < _DAY else _a_day(now, count, first) + (links.a_day if links else 0.0)


def _a_day(now: datetime, count: int, first: datetime | None) -> float:
    return 0.0 if first is None else count / max(1.0, (now - first) / _DAY)
