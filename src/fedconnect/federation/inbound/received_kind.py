"""What a received activity is as a durable row: how it is read, and how often it is tried."""

from __future__ import annotations

import json
from datetime import timedelta

from fedconnect.activitypub import vocabulary
from fedconnect.federation.inbound.received import Received
from fedconnect.foundation.durable_kind import Backoff, Kind
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.post import Arrival


def _decode(row: InboundActivity) -> Received:
    return Received(
        row.id, vocabulary.parse_activity(json.loads(row.body)), row.body, row.received_at, _arrival(row),
        row.stands_alone, row.cause, row.for_board, row.linked_group_uri, row.replies_to_uri,
        has_waited=row.waits_for is not None,
    )  # fmt: skip


def _arrival(row: InboundActivity) -> Arrival:
    if row.linked_group_uri:
        return Arrival.LINKED_GROUP
    if row.proof is Proof.HOME_API:
        return Arrival.HOME_API
    return Arrival.FETCHED if row.proof is Proof.FETCHED else Arrival.SENT


RECEIVED = Kind(
    name="inbox",
    row=InboundActivity,
    open=(InboundState.RECEIVED, InboundState.WAITING),
    done=InboundState.HANDLED,
    failed=InboundState.FAILED,
    decode=_decode,
    backoff=Backoff((15, 60, 240), 960),
    lease=timedelta(seconds=60),
    most_attempts=5,
    lane=InboundActivity.actor_uri,
)
