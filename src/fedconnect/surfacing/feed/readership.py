"""How many people read here: what makes a forum small. Told to nobody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.caches import TTLCache
from fedconnect.models.reader import ReaderSession

_LATELY = timedelta(days=14)
_MOST = 1_000  # more are not counted: such a forum is no small one
_count: TTLCache[int] = TTLCache(life_s=300)


def count_readers(session: Session) -> int:
    """Return how many readers were here within a fortnight; counted anew every five minutes."""
    known = _count.get("readers")
    if known is not None:
        return known
    lately = (
        select(ReaderSession.reader_id)
        .where(ReaderSession.seen_at > clock.now() - _LATELY)
        .distinct()
        .limit(_MOST)
        .subquery()
    )
    found = int(session.execute(select(func.count()).select_from(lately)).scalar_one())
    _count.put("readers", found)
    return found
