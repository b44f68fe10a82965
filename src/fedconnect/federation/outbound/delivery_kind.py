"""What a delivery is as a durable row: the message that it carries, and by which schedule it is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.durable_kind import Backoff, Kind
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity

LONGEST = timedelta(days=7)
TWELVE_HOURS_S = 43_200
RESTS = Backoff((15, 60, 300, 1800, 7200, 21_600), TWELVE_HOURS_S, jitter=0.25)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a delivery's row says, with its activity."""

    inbox: str
    host: str
    actor: str
    body: bytes
    kind: str
    created_at: datetime


def _load(session: Session, rows: Sequence[Delivery]) -> None:
    """Bring the activities of a batch into the session, so that each is not asked for by itself."""
    wanted = {row.activity_id for row in rows}
    session.execute(select(OutboundActivity).where(OutboundActivity.id.in_(wanted))).scalars().all()


def _decode(row: Delivery) -> OutgoingMessage:
    session = Session.object_session(row)
    assert session is not None
    activity = session.get_one(OutboundActivity, row.activity_id)
    if not activity.body:
        raise ValueError("its words are gone")
    return OutgoingMessage(
        row.inbox, row.host, activity.actor, activity.body.encode(), activity.kind, row.created_at
    )


DELIVERIES = Kind(
    name="delivery",
    row=Delivery,
    open=(DeliveryState.QUEUED, DeliveryState.RETRYING),
    done=DeliveryState.DELIVERED,
    failed=DeliveryState.ABANDONED,
    retrying=DeliveryState.RETRYING,
    load=_load,
    decode=_decode,
    backoff=RESTS,
    lease=timedelta(seconds=90),  # three times the longest that one server may take
    most_attempts=1_000,  # not so often, but so long: `LONGEST`
    lane=Delivery.host,
)
