"""A conversation on a board, begun by one post."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Moves, Row, state_column


def month_of(when: datetime) -> str:
    """Return the month by which the archive knows a moment, `2026-11`."""
    return f"{when.year:04}-{when.month:02}"


class ThreadState(StrEnum):
    """Whether a thread takes replies."""

    OPEN = "open"
    LOCKED = "locked"


THREAD_MOVES = Moves[ThreadState](
    {ThreadState.OPEN: {ThreadState.LOCKED}, ThreadState.LOCKED: {ThreadState.OPEN}}
)


class Thread(Row):
    """A conversation. What lists need of its starter stands here too, so that they read one table.

    `is_listed` follows the starter: seen, public or unlisted; where that is gone, whether there are answers. `linked_group_uri` is the
    remote Group through which it came, where it was written to that one. `is_retitled`: a moderator chose its title.
    `is_anonymous`: the board asks it for somebody who does not want to be named, and waits for answers.
    `boosts_undone`: how many boosts of it were taken back; one that is made anew has an id of its own.
    `merged_into_id` is the thread in which it goes on, `moved_from_id` the board from which it came last.
    """

    __tablename__ = "thread"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    starter_uri: Mapped[str] = mapped_column(String(2048), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[ThreadState] = mapped_column(state_column(ThreadState), default=ThreadState.OPEN)
    pinned: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=True)
    is_public: Mapped[bool] = mapped_column(default=True)
    published: Mapped[datetime]
    month: Mapped[str] = mapped_column(String(7))
    last_post_at: Mapped[datetime]
    reply_count: Mapped[int] = mapped_column(default=0)
    answered: Mapped[bool] = mapped_column(default=False)
    linked_group_uri: Mapped[str | None] = mapped_column(String(2048))
    is_retitled: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_anonymous: Mapped[bool] = mapped_column(default=False, server_default=false())
    boosts_undone: Mapped[int] = mapped_column(default=0, server_default="0")
    merged_into_id: Mapped[int | None]
    moved_from_id: Mapped[int | None]

    def move(self, new: ThreadState) -> None:
        """Open or lock the thread."""
        THREAD_MOVES.check(self.state, new)
        self.state = new


Index(
    "ix_thread_board_latest",
    Thread.board_id,
    Thread.is_listed,
    Thread.pinned,
    Thread.published,
    Thread.starter_uri,
)
Index("ix_thread_board_month", Thread.board_id, Thread.is_listed, Thread.month)
Index("ix_thread_latest", Thread.is_listed, Thread.is_public, Thread.published)
Index("ix_thread_quiet", Thread.answered, Thread.is_listed, Thread.published)
