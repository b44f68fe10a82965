"""What moderators decided, and why: one log for every board. And who is kept off a board."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class DecisionKind(StrEnum):
    """What was done."""

    REMOVE = "remove"
    RESTORE = "restore"
    LOCK = "lock"
    UNLOCK = "unlock"
    PIN = "pin"
    UNPIN = "unpin"
    BAN = "ban"
    UNBAN = "unban"
    APPOINT = "appoint"
    DISMISS = "dismiss"


class Decision(Row):
    """One line of a board's log. `person_id` is who decided: never shown, empty for the installation."""

    __tablename__ = "decision"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    kind: Mapped[DecisionKind] = mapped_column(state_column(DecisionKind))
    subject_uri: Mapped[str] = mapped_column(String(2048))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None]
    at: Mapped[datetime]


Index("ix_decision_board_at", Decision.board_id, Decision.at)
Index("ix_decision_subject", Decision.subject_uri)


class Ban(Row):
    """Somebody may not write on a board, for a time or (`until` empty) for good."""

    __tablename__ = "ban"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime | None]
