"""Topics that a reader cares about, as they told us: seen, added and taken away by them alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.html import plain
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.reader_state import Topic

MOST = 200


def list_topics(session: Session, reader_id: int) -> list[Topic]:
    """Return a reader's topics, by name."""
    chosen = select(Topic).where(Topic.reader_id == reader_id).order_by(Topic.topic).limit(MOST)
    return list(session.execute(chosen).scalars())


def add_topics(session: Session, reader_id: int, topics: Iterable[str], *, from_home: bool = False) -> None:
    """Add topics, up to two hundred in all; the same one twice is one."""
    room = MOST - len(list_topics(session, reader_id))
    named = dict.fromkeys(plain(topic, 100).removeprefix("#").lower() for topic in topics)
    for topic in [one for one in named if one][: max(room, 0)]:
        session.execute(
            insert_or_skip(session, table_of(Topic)).values(
                id=new_id(), reader_id=reader_id, topic=topic, is_from_home=from_home, since=clock.now()
            )
        )


def drop_topic(session: Session, reader_id: int, topic_id: int) -> bool:
    """Take one of a reader's own topics away; False where it is another reader's, or none."""
    own = delete(Topic).where(Topic.id == topic_id, Topic.reader_id == reader_id)
    return changed(session.execute(own)) == 1


def forget_topics(session: Session, reader_id: int) -> None:
    """Forget all that a reader told of what they care about."""
    session.execute(delete(Topic).where(Topic.reader_id == reader_id))
