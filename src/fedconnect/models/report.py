"""What somebody asks the moderators to look at: one case a subject, however often it is reported."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Moves, Row, state_column


class CaseState(StrEnum):
    """open → closed, and open again when somebody reports anew."""

    OPEN = "open"
    CLOSED = "closed"


CASE_MOVES = Moves[CaseState]({CaseState.OPEN: {CaseState.CLOSED}, CaseState.CLOSED: {CaseState.OPEN}})


class Case(Row):
    """Everything reported about one subject on a board; `times` is how often, from whatever server."""

    __tablename__ = "report_case"
    __table_args__ = (UniqueConstraint("board_id", "subject_uri"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    subject_uri: Mapped[str] = mapped_column(String(2048))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
    state: Mapped[CaseState] = mapped_column(state_column(CaseState), default=CaseState.OPEN)
    times: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text, default="")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    def move(self, new: CaseState) -> None:
        """Close the case, or open it again."""
        CASE_MOVES.check(self.state, new)
        self.state = new


class Report(Row):
    """One report. Who made it is known to moderators alone, and to no other server."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048), index=True)
    at: Mapped[datetime]
