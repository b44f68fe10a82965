"""Asks among the notifications of whoever reads here."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import ListenerAsked, PostSafeguarded
from fedconnect.models.board import Moderator
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import NotificationKind
from fedconnect.surfacing.hearing.reader_notifications import notify


def notify_moderators(session: Session, event: PostSafeguarded) -> None:
    """Tell a board's moderators who read here at once that a post is theirs and the listeners' alone now."""
    readers = (
        select(Reader.person_id)
        .join(Moderator, Moderator.person_id == Reader.person_id)
        .where(Moderator.board_id == event.board_id)
    )
    for person_id in session.execute(readers).scalars().all():
        notify(session, person_id, NotificationKind.LISTENING, event.post_id)


def notify_asked(session: Session, event: ListenerAsked) -> None:
    """Put an ask among the notifications of whoever reads here."""
    reader = select(Reader.id).where(Reader.person_id == event.person_id)
    if session.execute(reader).first() is not None:
        notify(session, event.person_id, NotificationKind.LISTENING, event.post_id)
