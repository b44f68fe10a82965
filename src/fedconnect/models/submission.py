"""What readers ask us to do through their home server, and what they have begun to write."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.durable_kind import Durable, lease_index
from fedconnect.models.base import Moves, Row, state_column


class SubmissionKind(StrEnum):
    """What is asked."""

    START = "start"
    REPLY = "reply"
    EDIT = "edit"


class SubmissionState(StrEnum):
    """asked → sent (the home server has it) → seen (it stands here); failed: it did not take it."""

    ASKED = "asked"
    SENT = "sent"
    SEEN = "seen"
    FAILED = "failed"


_ENDS = {SubmissionState.SEEN, SubmissionState.FAILED}
SUBMISSION_MOVES = Moves[SubmissionState](
    {
        SubmissionState.ASKED: {SubmissionState.SENT, *_ENDS},
        SubmissionState.SENT: {SubmissionState.SENT, *_ENDS},
    }
)


class Submission(Durable, Row):
    """One thing to write. The row is kept before the home server is called, with the key that makes a
    repeated call harmless (`Idempotency-Key`); the form carries it, so that a form sent twice is one row.

    `about_uri` is the post that is answered or edited; `is_loose`: the home server does not know what is
    answered, so its place is known here alone. `fields` are JSON, as the home server takes them. `problem` is what
    its author is told, `outcome` what stands in the log.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("reader_id", "key"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    kind: Mapped[SubmissionKind] = mapped_column(state_column(SubmissionKind))
    state: Mapped[SubmissionState] = mapped_column(
        state_column(SubmissionState), default=SubmissionState.ASKED
    )
    about_uri: Mapped[str] = mapped_column(String(2048), default="")
    is_loose: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str] = mapped_column(String(40))
    fields: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(String(2048), default="", index=True)
    home_post_id: Mapped[str] = mapped_column(String(100), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]

    def move(self, new: SubmissionState) -> None:
        """Change the state; the only way to do so."""
        SUBMISSION_MOVES.check(self.state, new)
        self.state = new


lease_index(Submission)
Index("ix_submission_due", Submission.state, Submission.due_at)


class UnsentPost(Row):
    """What a reader began to write in one place: under a post (`about_uri`), or to a board (empty)."""

    __tablename__ = "unsent_post"
    __table_args__ = (UniqueConstraint("reader_id", "board_id", "about_uri"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    about_uri: Mapped[str] = mapped_column(String(2048), default="")
    fields: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
