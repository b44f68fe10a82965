"""What lies in our own inbox and was not handled yet: nobody else needs to be asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.models.inbound import InboundActivity, InboundState

_MOST = 20


@dataclass(frozen=True, slots=True)
class Unhandled:
    """A post that its own server sent; `waits_for` is what it answers, where it waits for that itself."""

    inbound_id: int
    state: InboundState
    waits_for: str | None


def find_unhandled(session: Session, uri: str) -> Unhandled | None:
    """Return a post of our inbox that is not handled yet, one that waits for nothing before one that does."""
    rows = session.execute(
        select(
            InboundActivity.id, InboundActivity.actor_uri, InboundActivity.state, InboundActivity.waits_for
        )
        .where(
            InboundActivity.object_uri == uri,
            InboundActivity.kind.in_(("Create", "Update")),
            InboundActivity.state.in_((InboundState.RECEIVED, InboundState.WAITING)),
        )
        .order_by(InboundActivity.state)  # "received" goes before "waiting"
        .limit(_MOST)
    ).all()
    own = (row for row in rows if vocabulary.same_origin(row[1], uri))
    return next((Unhandled(number, state, waits_for) for number, _, state, waits_for in own), None)
