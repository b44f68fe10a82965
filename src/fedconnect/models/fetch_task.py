"""What we mean to fetch from other servers, and how much we have asked of each; both bounded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.durable_kind import Durable, lease_index
from fedconnect.models.base import Moves, Row, state_column


class FetchKind(StrEnum):
    """A post to take in; a post to look at again; the posts above a reply; a collection of replies; which boards of
    ours a Group has among its followers; an actor that may have moved."""

    POST = "post"
    REVISIT = "revisit"
    ANCESTORS = "ancestors"
    REPLIES = "replies"
    FOLLOWERS = "followers"
    ACTOR = "actor"


class FetchState(StrEnum):
    """queued → done, or failed: given up."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


FETCH_MOVES = Moves[FetchState](
    {
        FetchState.QUEUED: {FetchState.DONE, FetchState.FAILED},
        FetchState.FAILED: {FetchState.QUEUED},
    }
)


class FetchTask(Durable, Row):
    """One thing to fetch.

    `cause` is what set it off (an inbound activity, a thread): tasks of one cause share one budget. `asker` is the
    registrable domain that made us want it, which has a share of its own. `round` counts how often was looked.
    """

    __tablename__ = "fetch_task"
    __table_args__ = (UniqueConstraint("kind", "uri", "cause"),)

    kind: Mapped[FetchKind] = mapped_column(state_column(FetchKind))
    state: Mapped[FetchState] = mapped_column(state_column(FetchState), default=FetchState.QUEUED)
    uri: Mapped[str] = mapped_column(String(2048))
    cause: Mapped[str] = mapped_column(String(60))
    asker: Mapped[str] = mapped_column(String(260), default="")
    round: Mapped[int] = mapped_column(default=0)
    inbound_id: Mapped[int | None]
    for_board: Mapped[str] = mapped_column(String(24), default="")
    linked_group_uri: Mapped[str] = mapped_column(String(2048), default="")

    def move(self, new: FetchState) -> None:
        """Change the state; the only way to do so."""
        FETCH_MOVES.check(self.state, new)
        self.state = new


lease_index(FetchTask)
Index("ix_fetch_task_due", FetchTask.state, FetchTask.due_at)
Index("ix_fetch_task_asker", FetchTask.asker, FetchTask.state, FetchTask.due_at)


class FetchBudget(Row):
    """How often was fetched for one purse: a cause (for good), or a registrable domain within an hour."""

    __tablename__ = "fetch_budget"

    purse: Mapped[str] = mapped_column(String(300), unique=True)
    fetches: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(index=True)
