"""The place that a post has on a reader's own page because it was passed on to them: until they open it, do not want it, or
left it be on three visits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.passed_on import VISIT, PassedOn, PassedOnPlace, meant_for, passed_on_to, to_whom
from fedconnect.models.person import Person


def find_passed_on(
    session: Session, reader_id: int, person_id: int, post_id: int
) -> tuple[Person, str] | None:
    """Return who passed a post on to a reader, with their sentence; of several, the one that stands beside it (2 queries)."""
    whose = (reader_id, person_id, clock.now())
    ids = session.execute(meant_for(), to_whom(*whose)).scalars().all()
    row = session.execute(passed_on_to(ids, *whose).where(PassedOn.post_id == post_id)).first()
    return (row[1], row[0].sentence) if row is not None else None


def dismiss(session: Session, reader_id: int, person_id: int, post_id: int) -> None:
    """Bring a post to a reader no more, whoever passed it on or may yet. What nobody passed on to them leaves no trace."""
    if find_passed_on(session, reader_id, person_id, post_id) is None:
        return
    _insert(session, reader_id, post_id, visits=0)
    session.execute(_place(reader_id, post_id).values(is_dismissed=True))


def note_visits(session: Session, shown: Iterable[tuple[int, int]]) -> None:
    """Count a visit for posts that had their place, (reader, post) each; pages within an hour are one visit."""
    now = clock.now()
    for reader_id, post_id in shown:
        known = session.execute(
            select(PassedOnPlace.at).where(
                PassedOnPlace.reader_id == reader_id, PassedOnPlace.post_id == post_id
            )
        ).scalar_one_or_none()
        if known is None:
            _insert(session, reader_id, post_id, visits=1)
        elif now - known >= VISIT:
            session.execute(_place(reader_id, post_id).values(visits=PassedOnPlace.visits + 1, at=now))


def _insert(session: Session, reader_id: int, post_id: int, *, visits: int) -> None:
    session.execute(
        insert_or_skip(session, table_of(PassedOnPlace)).values(
            id=new_id(), reader_id=reader_id, post_id=post_id, visits=visits, at=clock.now(),
            is_dismissed=False,
        )
    )  # fmt: skip


def _place(reader_id: int, post_id: int) -> Update:
    table = table_of(PassedOnPlace)
    return update(table).where(table.c.reader_id == reader_id, table.c.post_id == post_id)
