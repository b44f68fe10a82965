"""Who offered to answer where nobody does, whom we asked, and whom an author keeps away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class Listener(Row):
    """Somebody who offered to answer posts on a board that nobody answers, here or by a private message.

    They are asked in hours of their day, both included, `a_day` times at most. `zone` is the name of their time zone,
    such as Europe/Berlin; empty: not told yet, and until then they are asked only if any hour will do. `offered_in` is the
    message in which they offered, empty where they did it here. `confirmed_at` is when a moderator of the board said that
    they may be asked about posts in safeguarding, and about later posts.
    """

    __tablename__ = "listener"
    __table_args__ = (UniqueConstraint("person_id", "board_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    from_hour: Mapped[int] = mapped_column(default=0)
    to_hour: Mapped[int] = mapped_column(default=23)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    a_day: Mapped[int] = mapped_column(default=3, server_default="3")
    offered_in: Mapped[str] = mapped_column(String(2048), default="", server_default="")
    since: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class ListenerAsk(Row):
    """Somebody was asked to answer a post: a listener or, where none did, a moderator. Kept for two weeks.

    `author_id` is the post's author, so that nobody is asked for one of them twice running. `answered_at` is when they
    answered in the thread, `declined_at` when they said no in private; after either the next may be asked.
    """

    __tablename__ = "listener_ask"
    __table_args__ = (UniqueConstraint("post_id", "person_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]


class KeptAway(Row):
    """A listener who is not asked about an author's posts, because the author wants it so."""

    __tablename__ = "kept_away"
    __table_args__ = (UniqueConstraint("author_id", "listener_id"),)

    author_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    listener_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


Index("ix_listener_ask_person", ListenerAsk.person_id, ListenerAsk.at)
Index("ix_listener_ask_at", ListenerAsk.at, ListenerAsk.board_id)
Index("ix_listener_ask_author", ListenerAsk.author_id)
