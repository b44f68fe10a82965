"""What the hearing tells somebody: once about the same post."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.reader_state import Notification, NotificationKind


def notify(session: Session, person_id: int, kind: NotificationKind, post_id: int) -> None:
    """Put a line into somebody's notifications, and wake the push."""
    session.execute(
        insert_or_skip(session, table_of(Notification)).values(
            id=new_id(), person_id=person_id, kind=kind, post_id=post_id, at=clock.now()
        )
    )
    database.enqueue_after_commit(session, "push")
