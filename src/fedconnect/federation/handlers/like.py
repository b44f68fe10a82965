"""Like: kept so that it can be undone; counted nowhere. Ref: ActivityPub §7.8."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.handlers import announce
from fedconnect.federation.results import Gathered, Result
from fedconnect.models.post import MarkKind


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Record a Like."""
    return announce.put(session, activity, gathered, MarkKind.LIKE)
