"""Announce: somebody boosts a post that is here. Kept so that it can be undone; counted nowhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum import marks, posting
from fedconnect.models.post import MarkKind, PostState


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Record a boost."""
    return put(session, activity, gathered, MarkKind.BOOST)


def put(session: Session, activity: Activity, gathered: Gathered, kind: MarkKind) -> Result:
    """Record a mark of either kind on a post that can be seen."""
    if not activity.object_uri:
        return Ignored("about nothing")
    post = posting.find_post(session, activity.object_uri)
    if post is None:
        return Waits(activity.object_uri)
    if post.state is not PostState.VISIBLE:
        return Ignored("about a post that is gone")
    kept = marks.put_mark(session, post, gathered.person, kind, activity.id)
    return Handled("marked" if kept else "taken back before it came")
