"""What a Like and a boost have in common: a reaction of somebody to a post that can be seen; it can be undone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.result import UNSEEN, Deferred, Handled, Ignored, Result
from fedconnect.forum import post_lookup, reactions
from fedconnect.models.post import PostState, ReactionKind


def put(session: Session, incoming: Incoming, kind: ReactionKind) -> Result:
    """Record a reaction of either kind."""
    uri = incoming.activity.object_uri
    if not uri:
        return Ignored("about nothing")
    post = post_lookup.find_post(session, uri)
    if post is None:
        return Deferred(uri)
    if post.state is not PostState.VISIBLE:
        return Ignored("about a post that is gone")
    kept = reactions.add_reaction(session, post, incoming.person, kind, incoming.activity.id)
    return Handled("marked" if kept else "taken back before it came")


def take_back(session: Session, incoming: Incoming, kind: ReactionKind) -> Result:
    """Take a mark back, seen or not yet seen."""
    undo = incoming.activity
    about = undo.inner_target if undo.object_kind else ""  # without a type it may be about anything
    was_here = reactions.remove_reaction(session, incoming.person, kind, undo.object_uri, about)
    return Handled("undone") if was_here else Handled(UNSEEN)
