"""What is new to a reader: threads that they never opened, and answers since they were there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.reader_state import ReadMarker


def mark_seen(session: Session, visits: Mapping[tuple[int, int], datetime]) -> None:
    """Remember visits, (reader, thread) → when; a second's worth at once."""
    for (reader_id, thread_id), at in visits.items():
        session.execute(
            insert_or_skip(session, table_of(ReadMarker)).values(
                id=new_id(), reader_id=reader_id, thread_id=thread_id, at=at
            )
        )
        session.execute(
            update(ReadMarker)
            .where(ReadMarker.reader_id == reader_id, ReadMarker.thread_id == thread_id, ReadMarker.at < at)
            .values(at=at)
        )


def with_unread(
    session: Session, reader_id: int, own_handle: str, since: datetime, lines: Sequence[ThreadItem]
) -> list[ThreadItem]:
    """Return the lines, each saying what is new to the reader (1 query).

    Nothing is from before `since`, and nobody's own thread is new to them.
    """
    if not lines:
        return []
    rows = session.execute(
        select(ReadMarker.thread_id, ReadMarker.at).where(
            ReadMarker.reader_id == reader_id, ReadMarker.thread_id.in_([line.id for line in lines])
        )
    )
    seen: dict[int, datetime] = {row[0]: row[1] for row in rows}
    return [
        replace(line, news=_news(line, seen.get(line.id), since, is_own=line.author_handle == own_handle))
        for line in lines
    ]


def with_known_unread(
    opened: Mapping[int, datetime | None], own_handle: str, since: datetime, lines: Sequence[ThreadItem]
) -> list[ThreadItem]:
    """Return the lines, each saying what is new to a reader of whom it is known when they opened each."""
    return [
        replace(line, news=_news(line, opened.get(line.id), since, is_own=line.author_handle == own_handle))
        for line in lines
    ]


def _news(line: ThreadItem, seen: datetime | None, since: datetime, *, is_own: bool) -> str:
    if seen is None:
        return "thread" if line.published > since and not is_own else ""
    return "answers" if line.last_post_at > seen else ""
