"""Actors of ours beside the boards: a board's quiet companion, a plugin's letter. Who follows, what they said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class BotFollow(Row):
    """A person's wish to receive what a service sends; `bot` is its name, `quiet:respite` or `letter`."""

    __tablename__ = "bot_follow"
    __table_args__ = (UniqueConstraint("bot", "person_id"),)

    bot: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    uri: Mapped[str] = mapped_column(String(2048), index=True)
    since: Mapped[datetime]


class BotBoost(Row):
    """A quiet post that a board's companion boosted, once and never again; `undone_at` where it was taken back."""

    __tablename__ = "bot_boost"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(index=True)


class BotNote(Row):
    """A private note of a service to one person; its id is part of its address, which only they may read."""

    __tablename__ = "bot_note"

    bot: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    in_reply_to: Mapped[str] = mapped_column(String(2048), default="")
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
