"""One activity of ours, stored once; and its deliveries, one for each inbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.durable_kind import Durable, lease_index
from fedconnect.models.base import Moves, Row, state_column


class OutboundActivity(Row):
    """What one of our actors says; `object_uri` is what it is about, and orders its deliveries."""

    __tablename__ = "outbound_activity"

    uri: Mapped[str] = mapped_column(String(400), unique=True)
    actor: Mapped[str] = mapped_column(String(40))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_uri: Mapped[str] = mapped_column(String(2048), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class DeliveryState(StrEnum):
    """queued → delivered, retrying or abandoned."""

    QUEUED = "queued"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    ABANDONED = "abandoned"


DELIVERY_MOVES = Moves[DeliveryState](
    {
        DeliveryState.QUEUED: {DeliveryState.RETRYING, DeliveryState.DELIVERED, DeliveryState.ABANDONED},
        DeliveryState.DELIVERED: {DeliveryState.QUEUED},  # a Follow asked again is accepted again
        DeliveryState.ABANDONED: {DeliveryState.QUEUED},
        DeliveryState.RETRYING: {DeliveryState.RETRYING, DeliveryState.DELIVERED, DeliveryState.ABANDONED},
    }
)


class Delivery(Durable, Row):
    """One activity to one inbox. `urgent` goes first: Accept, Reject, Undo."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("activity_id", "inbox"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("outbound_activity.id", ondelete="CASCADE"))
    inbox: Mapped[str] = mapped_column(String(2048))
    host: Mapped[str] = mapped_column(String(260))
    object_uri: Mapped[str] = mapped_column(String(2048))
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeliveryState] = mapped_column(state_column(DeliveryState), default=DeliveryState.QUEUED)
    created_at: Mapped[datetime]

    def move(self, new: DeliveryState) -> None:
        """Change the state; statements that do so for many rows name the old states they start from."""
        DELIVERY_MOVES.check(self.state, new)
        self.state = new


Index(
    "ix_outbound_activity_small_talk",
    OutboundActivity.created_at,
    sqlite_where=text("kind != 'Announce'"),
    postgresql_where=text("kind != 'Announce'"),
)
Index("ix_delivery_lane", Delivery.host, Delivery.state, Delivery.due_at)
lease_index(Delivery)
Index("ix_delivery_due", Delivery.state, Delivery.due_at)
