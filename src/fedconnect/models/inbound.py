"""One received ActivityPub message: the durable row that a 202 promises to keep."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.durable_kind import Durable, lease_index
from fedconnect.models.base import Moves, Row, state_column


class InboundState(StrEnum):
    """received → waiting (an unknown parent) → handled, ignored or failed."""

    RECEIVED = "received"
    WAITING = "waiting"
    HANDLED = "handled"
    IGNORED = "ignored"
    FAILED = "failed"


class Proof(StrEnum):
    """How an activity was proven: signed by its actor, fetched from its origin by us, or written here
    through its author's own server."""

    SIGNED = "signed"
    FETCHED = "fetched"
    HOME_API = "adopted"


_OPEN = {InboundState.WAITING, InboundState.HANDLED, InboundState.IGNORED, InboundState.FAILED}
INBOUND_MOVES = Moves[InboundState](
    {
        InboundState.RECEIVED: _OPEN | {InboundState.RECEIVED},
        InboundState.WAITING: _OPEN | {InboundState.RECEIVED},
    }
)


class InboundActivity(Durable, Row):
    """A message whose sender is proven. Its lane is its actor.

    `cause` names the budget that a fetched one is paid from; `for_board` is the board that a sister's announcement brings it to; `linked_group_uri` is that sister.
    `stands_alone` says that what it answers is on no board, so that it begins a thread itself. `replies_to_uri` is what it answers where its own server could not say so.
    `signed_at` is the time that its signature covers: under a known id, only what was signed later is news.
    """

    __tablename__ = "inbound_activity"
    __table_args__ = (UniqueConstraint("actor_uri", "activity_uri"),)

    actor_uri: Mapped[str] = mapped_column(String(2048))
    activity_uri: Mapped[str] = mapped_column(String(2048))
    kind: Mapped[str] = mapped_column(String(40))
    object_uri: Mapped[str] = mapped_column(String(2048), default="", index=True)
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[InboundState] = mapped_column(state_column(InboundState), default=InboundState.RECEIVED)
    waits_for: Mapped[str | None] = mapped_column(String(2048), index=True)
    proof: Mapped[Proof] = mapped_column(state_column(Proof), default=Proof.SIGNED)
    cause: Mapped[str] = mapped_column(String(60), default="")
    for_board: Mapped[str] = mapped_column(String(24), default="")
    linked_group_uri: Mapped[str] = mapped_column(String(2048), default="")
    stands_alone: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime | None]
    replies_to_uri: Mapped[str] = mapped_column(String(2048), default="", server_default="")

    def move(self, new: InboundState) -> None:
        """Change the state; statements that do so for many rows name the old states they start from."""
        INBOUND_MOVES.check(self.state, new)
        self.state = new


lease_index(InboundActivity)
Index("ix_inbound_due", InboundActivity.state, InboundActivity.due_at)
Index("ix_inbound_object", InboundActivity.object_uri)
Index("ix_inbound_received", InboundActivity.received_at)
Index(
    "ix_inbound_body",
    InboundActivity.received_at,
    sqlite_where=text("body != ''"),
    postgresql_where=text("body != ''"),
)
