"""What readers keep for themselves here: posts to come back to, boards followed on these pages alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class Bookmark(Row):
    """A post that a reader wants to find again. Nobody else learns of it."""

    __tablename__ = "bookmark"
    __table_args__ = (UniqueConstraint("reader_id", "post_id"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class LocalFollow(Row):
    """A board that a reader follows on these pages only: their home server does not know."""

    __tablename__ = "local_follow"
    __table_args__ = (UniqueConstraint("reader_id", "board_id"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
