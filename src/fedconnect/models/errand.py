"""What we mean to fetch from other servers, and how much we have asked of each; both bounded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class ErrandKind(StrEnum):
    """A post to take in or look at again; the posts above an answer; a collection of answers;
    which boards of ours a Group has among its followers."""

    POST = "post"
    ANCESTORS = "ancestors"
    ANSWERS = "answers"
    FOLLOWERS = "followers"


class Errand(Row):
    """One thing to fetch. `cause` is what set it off: an inbound activity, a thread; errands of one cause
    share one budget. `done_at` is empty until it was done or given up."""

    __tablename__ = "errand"
    __table_args__ = (UniqueConstraint("kind", "uri", "cause"),)

    kind: Mapped[ErrandKind] = mapped_column(state_column(ErrandKind))
    uri: Mapped[str] = mapped_column(String(2048))
    cause: Mapped[str] = mapped_column(String(60))
    inbound_id: Mapped[int | None]
    for_board: Mapped[str] = mapped_column(String(24), default="")
    sister_uri: Mapped[str] = mapped_column(String(2048), default="")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(120), default="")


Index("ix_errand_due", Errand.done_at, Errand.due_at)
Index("ix_errand_cause", Errand.cause)


class Spending(Row):
    """How often was fetched for one purse: a cause (for good), or a registrable domain within an hour."""

    __tablename__ = "spending"

    purse: Mapped[str] = mapped_column(String(300), unique=True)
    fetches: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(index=True)
