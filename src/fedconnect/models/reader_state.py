"""How readers read: what they have seen, what is told to them, what they do not want to see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class ReadMarker(Row):
    """When a reader last had a thread open. Used for their own marks alone."""

    __tablename__ = "read_marker"
    __table_args__ = (UniqueConstraint("reader_id", "thread_id"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class NotificationKind(StrEnum):
    """What a reader is told of."""

    REPLY = "reply"
    MENTION = "mention"
    DECISION = "decision"
    LISTENING = "listening"  # nobody has answered a post on a board where they listen
    PASSED_ON = "passed_on"  # another reader thought of them
    CALL = "call"  # something urgent waits on a board that they look after


class Notification(Row):
    """One thing that somebody is told: an answer to them, their name in a post, a decision on theirs. It hangs on the person:
    what was passed on to somebody who never signed in waits for them."""

    __tablename__ = "notification"
    __table_args__ = (UniqueConstraint("person_id", "post_id", "kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind] = mapped_column(state_column(NotificationKind))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]


class Topic(Row):
    """A topic that a reader named, or let us take over from the hashtags they follow at home; lower case."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("reader_id", "topic"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(100))
    is_from_home: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class MuteKind(StrEnum):
    """What a mute is against: somebody, a whole server, or words."""

    PERSON = "person"
    SERVER = "server"
    WORDS = "words"


class Mute(Row):
    """Something that a reader does not want to see. `is_from_home`: taken over from their own server.

    `subject` is a handle `user@host`, a host, or the words; lower case.
    """

    __tablename__ = "mute"
    __table_args__ = (UniqueConstraint("reader_id", "kind", "subject"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    kind: Mapped[MuteKind] = mapped_column(state_column(MuteKind))
    subject: Mapped[str] = mapped_column(String(300))
    is_from_home: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


Index("ix_notification_person", Notification.person_id, Notification.at)
Index(
    "ix_notification_unpushed",
    Notification.person_id,
    sqlite_where=and_(Notification.pushed_at.is_(None), Notification.seen_at.is_(None)),
    postgresql_where=and_(Notification.pushed_at.is_(None), Notification.seen_at.is_(None)),
)
