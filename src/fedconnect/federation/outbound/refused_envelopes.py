"""An envelope of ours that a server says no to: it is not sent there again. NodeBB answers nothing to what it cannot read, and
rejects it by itself a little later. Ref: ActivityPub §7.7 (Reject), FEP-1b12.
"""

from __future__ import annotations

import json

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.vocabulary import Document
from fedconnect.federation import authority
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person

_REFUSED = "refused by its server"  # as a delivery's outcome
_NEVER_GIVEN_UP = frozenset({"Delete", "Undo"})
_MOST = 20


def refuse(session: Session, server: Person, announce: Document) -> bool:
    """Give up what waits to go to a server that has said no to it; whether there was something. `announce` holds the inner
    activity as we sent it, and not our envelope's id. Nobody but the server itself says what it takes."""
    inner = announce.get("object")
    if not isinstance(inner, dict) or not authority.is_the_server(server):
        return False
    if vocabulary.kind_of(inner, _NEVER_GIVEN_UP):  # what takes words back is tried as long as there is time
        return False
    about = vocabulary.reference(inner.get("object"))
    waiting = session.execute(
        select(Delivery, OutboundActivity.body)
        .join(OutboundActivity, OutboundActivity.id == Delivery.activity_id)
        .where(
            Delivery.host == server.host,
            Delivery.object_uri == (about or ""),
            Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.RETRYING)),
            or_(Delivery.attempts > 0, Delivery.claims > 0),  # what was never sent was not refused
        )
        .limit(_MOST)
    ).all()
    refused = [delivery for delivery, body in waiting if _is_same(json.loads(body)["object"], inner)]
    for delivery in refused:
        delivery.state, delivery.outcome = DeliveryState.ABANDONED, _REFUSED
        delivery.token = delivery.lease_until = None
    return bool(refused)


def _is_same(sent: object, told: Document) -> bool:
    return isinstance(sent, dict) and (sent.get("type"), sent.get("id")) == (told.get("type"), told.get("id"))
