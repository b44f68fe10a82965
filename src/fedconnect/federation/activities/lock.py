"""Lock: a moderator closes a thread to answers from their own server. Ref: FEP-1b12 §moderation; Lemmy."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.federation.activities import linked_group, moderator
from fedconnect.federation.activities.activity_type import ActivityType, Envelope, Incoming, nothing
from fedconnect.federation.activities.result import Result
from fedconnect.models.decision import DecisionKind
from fedconnect.models.thread import ThreadState


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Close a thread to answers."""
    return moderator.decide_on_thread(session, incoming, incoming.activity.object_uri, DecisionKind.LOCK)


def undo(session: Session, incoming: Incoming) -> Result:
    """Open it again."""
    return moderator.decide_on_thread(session, incoming, incoming.activity.inner_target, DecisionKind.UNLOCK)


def _in_envelope(session: Session, envelope: Envelope) -> Result:
    return linked_group.turn_thread(session, envelope, ThreadState.LOCKED)


def _undo_in_envelope(session: Session, envelope: Envelope) -> Result:
    return linked_group.turn_thread(session, envelope, ThreadState.OPEN)


LOCK = ActivityType(
    "Lock", nothing, apply, undo,
    in_envelope=_in_envelope, undo_in_envelope=_undo_in_envelope,
)  # fmt: skip
