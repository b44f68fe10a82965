"""Dislike: taken in so that nobody's server keeps trying, and without any effect. Never sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Ignored, Result


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Do nothing."""
    return Ignored("a Dislike has no effect here")


DISLIKE = ActivityType("Dislike", nothing, apply)
