"""The durable road of a received activity: claim rows, prepare without a transaction, apply in a short one.

Preparing tries without the network first, so that what needs another server holds up nobody else: it is prepared
beside the rest, two at a time for a registrable domain.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import func, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.federation.inbound import ends, preparing
from fedconnect.federation.inbound.preparing import Prepared
from fedconnect.federation.inbound.received import Batch, Received
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.federation.outbound import announcements
from fedconnect.forum import post_lookup
from fedconnect.foundation import clock, database, durable, fetch
from fedconnect.foundation.database import changed
from fedconnect.foundation.durable_kind import Claim, RetryLater
from fedconnect.foundation.errors import FedConnectError, FetchFailed, LostClaim, NetworkNeeded
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.post import Post

log = structlog.get_logger()
BATCH = 50
_BATCH_MS = 50.0
_PREPARE_S = 10.0  # for all that one activity needs of other servers


@dataclass(frozen=True, slots=True)
class _Ready:
    claimed: Claim[Received]
    prepared: Prepared


def claim(*, only: str = "") -> list[Claim[Received]]:
    """Claim up to a batch of due rows, none of an actor whose rows another worker holds.

    `only` is the id of the one activity that is wanted, by somebody who waits for it.
    """
    wanted = InboundActivity.activity_uri == only if only else true()
    return durable.claim(RECEIVED, wanted, limit=BATCH)


def process(batch: Sequence[Claim[Received]]) -> None:
    """Handle every row of a batch, also those that need other servers."""
    for slow in process_at_once(batch):
        process_slowly(slow)


def process_at_once(batch: Sequence[Claim[Received]]) -> list[Claim[Received]]:
    """Handle what needs no other server, in transactions of at most 50 ms; return the rest, in order.

    A row behind one of the same actor that is put aside is put aside with it: an actor's rows keep their order.
    """
    together = Batch()
    ready: list[_Ready] = []
    slow: list[Claim[Received]] = []
    aside: set[str] = set()
    for claimed in batch:
        if claimed.item.activity.actor in aside:
            slow.append(claimed)
            continue
        try:
            with fetch.forbidden():
                one = _prepare_or_put_off(claimed, together)
        except NetworkNeeded:
            slow.append(claimed)
            aside.add(claimed.item.activity.actor)
            continue
        if one is not None:
            ready.append(one)
    while ready:
        ready = ready[_apply_some(ready) :]
    return slow


def process_slowly(claimed: Claim[Received]) -> None:
    """Handle one row that needs other servers, within ten seconds of theirs."""
    try:
        durable.renew(RECEIVED, claimed)  # it may have stood behind others
        with fetch.time_limit(_PREPARE_S):
            one = _prepare_or_put_off(claimed, Batch())
    except LostClaim:
        return
    except FedConnectError as error:  # the database was busy: the lease ends by itself
        log.info("prepare_stopped", id=claimed.id, reason=error.detail)
        return
    if one is not None:
        _apply_some([one])


def wake_replies(session: Session, event: PostPublished) -> None:
    """Let answers go on that came while what their conversation began with was out of sight."""
    if event.is_starter:
        _wake(session, session.get_one(Post, event.post_id).uri)


def _wake(session: Session, uri: str) -> None:
    """Let replies, likes and boosts that came before their post go on, also where it was taken back."""
    woken = session.execute(
        update(InboundActivity)
        .where(InboundActivity.state == InboundState.WAITING, InboundActivity.waits_for == uri)
        .values(state=InboundState.RECEIVED, due_at=clock.now(), attempts=0)
    )
    if changed(woken):
        database.enqueue_after_commit(session, RECEIVED.name)


def _prepare_or_put_off(claimed: Claim[Received], together: Batch) -> _Ready | None:
    try:
        return _Ready(claimed, preparing.prepare(claimed.item, together))
    except NetworkNeeded:
        raise
    except FetchFailed as error:
        ends.put_off(claimed, error)
    except FedConnectError as error:
        if error.retryable:
            ends.put_off(claimed, error)
        else:
            ends.finish_alone(claimed, Ignored(f"{type(error).__name__}: {error.detail}"))
    except Exception:
        log.exception("prepare_failed", id=claimed.id)
        ends.put_off(claimed, FetchFailed("unforeseen"))
    return None


def _apply_some(ready: Sequence[_Ready]) -> int:
    """Apply rows until 50 ms are used; a row that spoils the transaction is done alone. Return how many."""
    count = 0
    try:
        with database.transaction() as session:
            _lock_lanes(session, ready)
            until = time.monotonic() + _BATCH_MS / 1000
            for one in ready:
                count += 1
                _apply(session, one)
                if time.monotonic() > until:
                    break
        return count
    except (SQLAlchemyError, FedConnectError) as error:
        if count <= 1 and len(ready) == 1:
            ends.put_off(ready[0].claimed, error)
            return 1
        log.info("batch_split", reason=type(error).__name__, rows=count)
    for one in ready[:count]:
        _apply_some([one])
    return count


def _lock_lanes(session: Session, ready: Sequence[_Ready]) -> None:
    """Keep two workers from one actor's rows at once (PostgreSQL; SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        for lane in sorted({one.claimed.item.activity.actor for one in ready}):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lane, 0))))


def _apply(session: Session, one: _Ready) -> None:
    prepared = one.prepared
    result: Result
    try:
        with session.begin_nested():
            if prepared.ends is not None:
                result = _end_now(session, prepared.ends)
            else:
                person = session.merge(prepared.incoming.person, load=False)
                incoming = replace(prepared.incoming, person=person)
                result = ACTIVITIES[incoming.activity.kind].apply(session, incoming, prepared.facts)
                database.handle_events(session)
                if isinstance(result, Handled):
                    _follow_up(session, one, result)
            ends.finish(session, one.claimed, result)
    except (LostClaim, SQLAlchemyError):
        raise  # these spoil the whole transaction, and not this row alone
    except Exception:
        log.exception("apply_failed", id=one.claimed.id, kind=prepared.incoming.activity.kind)
        session.info.pop("events", None)
        durable.put_off(session, RECEIVED, one.claimed, RetryLater("unforeseen"))


def _end_now(session: Session, found: Ignored | Deferred) -> Result:
    """Return the end that was found before the transaction, unless what a post waits for has come since."""
    if isinstance(found, Deferred) and post_lookup.find_post(session, found.uri) is not None:
        return replace(found, came_meanwhile=True)
    return found


def _follow_up(session: Session, one: _Ready, result: Handled) -> None:
    """Wake what waited for a post; pass on to the board's threadiverse followers what was said."""
    incoming, activity = one.prepared.incoming, one.prepared.incoming.activity
    if incoming.note is not None:
        _wake(session, incoming.note.id)
    if result.board is not None and ACTIVITIES[activity.kind].is_relayed:
        about = activity.inner_target or activity.object_uri
        announcements.relay(session, result.board, json.loads(one.claimed.item.body), about, incoming.person)
