"""Like: kept so that it can be undone; counted nowhere. Ref: ActivityPub §7.8."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.federation.activities import reaction
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Result
from fedconnect.models.post import ReactionKind


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Record a Like."""
    return reaction.put(session, incoming, ReactionKind.LIKE)


def undo(session: Session, incoming: Incoming) -> Result:
    """Take a Like back."""
    return reaction.take_back(session, incoming, ReactionKind.LIKE)


LIKE = ActivityType("Like", nothing, apply, undo, is_undone_by_id=True)
