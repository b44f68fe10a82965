"""Dislike: taken in so that nobody's server keeps trying, and without any effect. Never sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.results import Gathered, Ignored, Result


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Do nothing."""
    return Ignored("a Dislike has no effect here")
