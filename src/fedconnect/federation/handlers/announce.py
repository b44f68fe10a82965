"""Announce: a person boosts a post that is here; or a sister board brings what was written to it.

What a sister brings is looked up at its origin: an envelope is no proof of what is inside.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.events import Cause
from fedconnect.federation import authority
from fedconnect.federation.backfill import tasks
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum import marks, posting, withdrawing
from fedconnect.models.board import Board
from fedconnect.models.post import Arrival, MarkKind, Post, PostState
from fedconnect.models.thread import Thread, ThreadState

_CARRIED = frozenset({"Create", "Update", "Delete"})
_TURNED = {"Lock": ThreadState.LOCKED, "Undo": ThreadState.OPEN}
_NEVER_OURS = frozenset({"Like", "Dislike", "Add", "Remove", "Block", "Flag", "Announce", "Undo"})


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Record a boost; from a sister board, fetch what it announces."""
    boards = authority.carries_for(session, gathered.person)
    if activity.object_kind in _CARRIED | _NEVER_OURS | _TURNED.keys():
        return _open(session, activity, gathered, boards)
    if boards and activity.object_uri and posting.find_post(session, activity.object_uri) is None:
        return _fetch(session, activity.object_uri, gathered, boards[0])
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


def _open(session: Session, activity: Activity, gathered: Gathered, boards: list[Board]) -> Result:
    """Open an envelope that a sister board sent."""
    inner = activity.embedded or {}
    if not boards:
        return Ignored("an envelope of nobody that a board follows")
    target = vocabulary.reference(inner.get("object")) or ""
    if not target or authority.is_ours(target):
        return Ignored("an envelope about nothing of theirs")
    if activity.object_kind in _CARRIED:
        if activity.object_kind == "Delete" and _leaves(session, inner, target, gathered):
            return Handled("removed by the sister board")
        return _fetch(session, target, gathered, boards[0])
    if activity.object_kind == "Undo":
        undone = inner.get("object")
        if not isinstance(undone, dict) or undone.get("type") != "Lock":
            return Ignored("an Undo that changes nothing here")
        target = vocabulary.reference(undone.get("object")) or ""
    elif activity.object_kind != "Lock":
        return Ignored(f"{activity.object_kind} on a sister board is its own affair")
    return _turn(session, target, gathered, _TURNED[activity.object_kind])


def _fetch(session: Session, uri: str, gathered: Gathered, board: Board) -> Result:
    if authority.is_ours(uri):
        return Ignored("ours already")
    sent = tasks.fetch_post(
        session, uri, cause=f"inbound:{gathered.inbound_id}", asker=gathered.person.host, for_board=board.slug,
        sister_uri=gathered.person.uri,
    )  # fmt: skip
    return Handled("to be fetched" if sent else "fetched before")


def _of_sister(session: Session, uri: str, gathered: Gathered) -> tuple[Post, Thread] | None:
    row = session.execute(
        select(Post, Thread)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.uri == uri, Thread.sister_uri == gathered.person.uri)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def _leaves(session: Session, inner: vocabulary.Document, uri: str, gathered: Gathered) -> bool:
    """Whether the sister's moderators took a post off; a removal carries a summary, a deletion does not."""
    found = _of_sister(session, uri, gathered)
    if found is None or not inner.get("summary") or found[0].arrival is Arrival.SENT:
        return False
    withdrawing.withdraw(session, found[0], Cause.LEFT)
    return True


def _turn(session: Session, uri: str, gathered: Gathered, state: ThreadState) -> Result:
    found = _of_sister(session, uri, gathered)
    if found is None or not found[0].is_starter:
        return Ignored("no thread that came from there")
    if found[1].state is not state:
        found[1].move(state)
    return Handled(f"the sister board says {state}")
