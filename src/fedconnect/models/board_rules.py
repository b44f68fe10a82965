"""What a board asks of those who write on it, in versions; and who runs the installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class BoardRules(Row):
    """A version of a board's rules (one a line) and of its welcome; the latest is in force, all can be read."""

    __tablename__ = "board_rules"
    __table_args__ = (UniqueConstraint("board_id", "version"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    version: Mapped[int]
    rules: Mapped[str] = mapped_column(Text)
    welcome: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Admin(Row):
    """Somebody who runs the installation; not a rank: they decide where nobody else can."""

    __tablename__ = "admin"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    since: Mapped[datetime]


class Invitation(Row):
    """Somebody asked to look after a board, who has not said yes yet; `is_handover`: whoever asked steps back then."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    is_handover: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
