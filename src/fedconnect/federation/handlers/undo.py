"""Undo of a Follow, a mark or a decision, seen or not yet seen. Ref: ActivityPub §7.10 (Undo)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority, services
from fedconnect.federation.handlers import decisions
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following, marks
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.models.post import MarkKind

_MARKS = {"Like": MarkKind.LIKE, "Announce": MarkKind.BOOST}


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Take back what the signer did; a bare id may be a Follow, a Like or a boost."""
    if not authority.may_undo(activity):
        return Ignored("somebody else's activity")
    kind = activity.object_kind
    target = activity.inner_target
    if not activity.object_uri and not target:
        return Ignored("an Undo of nothing")
    if kind in decisions.UNDOABLE:
        return decisions.undo(session, activity, gathered)
    if kind in {"Follow", ""}:
        if services.unfollow(session, gathered.person, activity.object_uri, target):
            return Handled("undone")
        slug = slug_of(target)
        board = next(iter(boards_named(session, (slug,))), None) if slug else None
        following.unfollow(session, gathered.person, activity.object_uri, board)
    if kind == "":
        for mark in MarkKind:
            marks.remove_mark(session, gathered.person, mark, activity.object_uri, "")
    elif kind in _MARKS:
        marks.remove_mark(session, gathered.person, _MARKS[kind], activity.object_uri, target)
    elif kind != "Follow":
        return Ignored(f"Undo of {kind[:40]}")
    return Handled("undone")
