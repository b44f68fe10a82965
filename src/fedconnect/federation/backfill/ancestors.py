"""What a waiting reply answers: climb to something that is here, or to the top of the conversation."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Document, Note
from fedconnect.federation import authority
from fedconnect.federation.backfill import posts_from_origin
from fedconnect.federation.backfill.fetch_queue import PATIENCE
from fedconnect.federation.backfill.unhandled_activities import Unhandled, find_unhandled
from fedconnect.federation.note_drafts import named_boards
from fedconnect.forum import post_lookup
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed
from fedconnect.foundation.durable_kind import Done, End, RetryLater
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.models.fetch_task import FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState

#: After `PATIENCE`; then a post that answers what cannot be reached begins a thread, within ten minutes.
_WAITS = (timedelta(minutes=1), timedelta(minutes=3))
_MOST_PASSED = 100  # of a chain; whoever sends longer ones stands alone
_ON_ITS_WAY = RetryLater("received, and not yet handled", wait=PATIENCE, counts=False)


def climb(task: FetchTask) -> End:
    """Fetch what stands between a post and its thread.

    Only a chain that ends at a thread here is kept; otherwise the waiting post, which names a board, stands
    alone and begins a thread. What is in our own inbox is left to the road that it is on, since its worker may just
    have died; where it waits as well, it is passed over: it goes on by itself once what it answers is here.
    """
    uri: str | None = task.uri
    chain: list[tuple[Note, Document]] = []
    passed: set[str] = set()
    while uri is not None and uri not in passed and len(passed) < _MOST_PASSED:
        if not _still_waits(task) or _is_here(uri):
            return _keep(task, chain, "between")
        passed.add(uri)
        arrived = _find_unhandled(uri)
        if arrived is not None:
            if arrived.state is InboundState.RECEIVED:
                return _ON_ITS_WAY
            uri = arrived.waits_for
            continue
        try:
            found = _fetch(task, uri)
        except FetchFailed as error:
            return RetryLater(error.detail, wait=_WAITS[task.attempts])
        if found is None:
            break
        chain.append(found)
        if named_boards(found[0]) and found[0].in_reply_to is None:
            return _keep(task, chain, "to a beginning")
        uri = found[0].in_reply_to
    return Done("on no board", then=lambda session: release(session, task))


def release(session: Session, task: FetchTask) -> None:
    """Let the post that waited for its ancestors go on without them."""
    if task.inbound_id is None:
        return
    released = session.execute(
        update(InboundActivity)
        .where(InboundActivity.id == task.inbound_id, InboundActivity.state == InboundState.WAITING)
        .values(stands_alone=True, state=InboundState.RECEIVED, due_at=clock.now(), attempts=0)
    )
    if changed(released):
        database.enqueue_after_commit(session, "inbox")


def _keep(task: FetchTask, chain: list[tuple[Note, Document]], where: str) -> Done:
    for note, document in reversed(chain):
        posts_from_origin.keep(task, note, document)
    return Done(f"{len(chain)} posts {where}")


def _fetch(task: FetchTask, uri: str) -> tuple[Note, Document] | None:
    try:
        return None if authority.is_ours(uri) else posts_from_origin.fetch_note(task.cause, uri)
    except FetchFailed as error:
        if error.retryable and task.attempts < len(_WAITS):
            raise
        return None
    except Malformed:
        return None


def _is_here(uri: str) -> bool:
    with database.read_transaction() as session:
        return post_lookup.find_post(session, uri) is not None


def _find_unhandled(uri: str) -> Unhandled | None:
    with database.read_transaction() as session:
        return find_unhandled(session, uri)


def _still_waits(task: FetchTask) -> bool:
    with database.read_transaction() as session:
        state = session.execute(
            select(InboundActivity.state).where(InboundActivity.id == task.inbound_id)
        ).scalar_one_or_none()
    return state is InboundState.WAITING
