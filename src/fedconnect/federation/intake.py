"""The durable road of a received activity: claim rows, gather without a transaction, apply in a short one."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.events import PostPublished
from fedconnect.federation import announcing, gathering
from fedconnect.federation.gathering import Acquaintance, Claimed
from fedconnect.federation.handlers.registry import HANDLERS
from fedconnect.federation.results import Gathered, Handled, Ignored, Result, Waits
from fedconnect.forum.posting import Outcome
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed
from fedconnect.foundation.errors import FedConnectError, FetchFailed, LostClaim
from fedconnect.models.inbound import InboundActivity, InboundState, Road
from fedconnect.models.post import Arrival, Post

log = structlog.get_logger()
BATCH = 50
_BATCH_MS = 50.0
LEASE = timedelta(seconds=60)
_PATIENCE = timedelta(days=14)
_MOST_ATTEMPTS = 5
_MOST_CLAIMS = 8  # a message that ends its worker each time must not do so for ever
_WAITS = (5, 60, 600, 3600)  # seconds until an unanswered need is looked at again; then six hours


@dataclass(frozen=True, slots=True)
class _Ready:
    claimed: Claimed
    gathered: Gathered


def claim(*, only: str = "") -> list[Claimed]:
    """Claim up to a batch of due rows, none of an actor whose rows another worker holds.

    `only` is the id of the one activity that is wanted, by somebody who waits for it.
    """
    token = secrets.token_hex(16)
    row = InboundActivity
    with database.transaction() as session:
        now = database.database_now(session)
        open_states = (InboundState.RECEIVED, InboundState.WAITING)
        held = select(row.actor_uri).where(row.state.in_(open_states), row.lease_until > now)
        due = (
            select(row)
            .where(
                row.state.in_(open_states),
                row.due_at <= now,
                or_(row.lease_until.is_(None), row.lease_until <= now),
                row.actor_uri.not_in(held),
            )
            .where(row.activity_uri == only if only else true())
            .order_by(row.due_at, row.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(session.execute(due).scalars())
        claimed: list[Claimed] = []
        for one in sorted(rows, key=lambda r: r.id):
            one.attempts += 1
            if one.state is InboundState.RECEIVED and one.attempts > _MOST_CLAIMS:
                one.move(InboundState.FAILED)
                one.outcome = "claimed too often without an end"
                log.error("activity_failed", id=one.id, kind=one.kind, reason=one.outcome)
                continue
            one.token, one.lease_until = token, now + LEASE
            activity = vocabulary.parse_activity(json.loads(one.body))
            claimed.append(
                Claimed(
                    one.id, token, activity, one.body, one.received_at, one.attempts, _arrival(one),
                    one.stands_alone, one.cause, one.for_board, one.sister_uri, one.answers_uri,
                )
            )  # fmt: skip
    return claimed


def _arrival(row: InboundActivity) -> Arrival:
    if row.sister_uri:
        return Arrival.SISTER
    if row.road is Road.ADOPTED:
        return Arrival.ADOPTED
    return Arrival.FETCHED if row.road is Road.FETCHED else Arrival.SENT


def process(batch: Sequence[Claimed]) -> None:
    """Gather for every row, then apply them in transactions of at most 50 ms."""
    people: dict[str, Acquaintance] = {}
    ready = [one for one in (_gather_or_fail(claimed, people) for claimed in batch) if one is not None]
    while ready:
        done = _apply_some(ready)
        ready = ready[done:]


def wake_answers(session: Session, event: PostPublished) -> None:
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
        database.ring_after_commit(session, "inbox")


def _gather_or_fail(claimed: Claimed, people: dict[str, Acquaintance]) -> _Ready | None:
    try:
        return _Ready(claimed, gathering.gather(claimed, people))
    except FetchFailed as error:
        _put_off(claimed, error)
    except FedConnectError as error:
        if error.retryable:
            _put_off(claimed, error)
        else:
            _finish_alone(claimed, Ignored(f"{type(error).__name__}: {error.detail}"[:200]))
    except Exception:
        log.exception("gather_failed", id=claimed.id)
        _put_off(claimed, FetchFailed("unforeseen"))
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
            _put_off(ready[0].claimed, error)
            return 1
        log.info("batch_split", reason=type(error).__name__, rows=count)
    for one in ready[:count]:
        _apply_some([one])
    return count


def _lock_lanes(session: Session, ready: Sequence[_Ready]) -> None:
    """Keep two workers from one actor's rows at once (PostgreSQL; SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        for lane in sorted({one.claimed.activity.actor for one in ready}):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lane, 0))))


def _apply(session: Session, one: _Ready) -> None:
    activity = one.claimed.activity
    handler = HANDLERS.get(activity.kind)
    try:
        with session.begin_nested():
            if handler is None:
                result: Result = Ignored("no handler for this type")
            else:
                person = session.merge(one.gathered.person, load=False)
                result = handler(session, activity, replace(one.gathered, person=person))
                database.react(session)
                if isinstance(result, Handled):
                    _follow_up(session, one, result)
            _finish(session, one.claimed, result)
    except LostClaim:
        raise
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("apply_failed", id=one.claimed.id, kind=activity.kind)
        session.info.pop("events", None)
        _delay(session, one.claimed, "unforeseen")


def _follow_up(session: Session, one: _Ready, result: Handled) -> None:
    """Wake what waited for a post; pass on to the board's threadiverse followers what was said."""
    if one.gathered.draft is not None:
        _wake(session, one.gathered.draft.uri)
    if result.relay is not None:
        body = json.loads(one.claimed.body)
        about = one.claimed.activity.inner_target or one.claimed.activity.object_uri
        announcing.relay(session, result.relay, body, about, one.gathered.person)


def _finish(session: Session, claimed: Claimed, result: Result) -> None:
    if isinstance(result, Waits):
        if clock.now() - claimed.received_at > _PATIENCE:
            result = Ignored("waited two weeks in vain")
        else:
            wait_s = _WAITS[claimed.attempts - 1] if claimed.attempts <= len(_WAITS) else 21_600
            _fenced_update(
                session, claimed, state=InboundState.WAITING, waits_for=result.uri,
                due_at=clock.now() + timedelta(seconds=wait_s), outcome="waits",
            )  # fmt: skip
            return
    values: dict[str, object] = {"waits_for": None}
    if isinstance(result, Handled):
        values |= {"state": InboundState.HANDLED, "outcome": result.outcome[:200]}
    else:
        values |= {"state": InboundState.IGNORED, "outcome": result.reason[:200]}
    if not (isinstance(result, Handled) and result.outcome == Outcome.HELD):
        values["body"] = ""  # only what waits for a moderator is said again, once it is released
    _fenced_update(session, claimed, **values)


def _fenced_update(session: Session, claimed: Claimed, **values: object) -> None:
    """Write a row's end only while our claim stands."""
    written = session.execute(
        update(InboundActivity)
        .where(InboundActivity.id == claimed.id, InboundActivity.token == claimed.token)
        .values(token=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    if changed(written) != 1:
        raise LostClaim(f"inbound {claimed.id}")


def _finish_alone(claimed: Claimed, result: Result) -> None:
    try:
        with database.transaction() as session:
            _finish(session, claimed, result)
    except FedConnectError as error:
        log.info("claim_lost", id=claimed.id, reason=error.detail)


def _put_off(claimed: Claimed, error: Exception) -> None:
    reason = getattr(error, "detail", "") or type(error).__name__
    try:
        with database.transaction() as session:
            if isinstance(error, FetchFailed) and not error.retryable:
                _finish(session, claimed, Ignored(f"not to be had: {reason}"))
            else:
                _delay(session, claimed, reason)
    except FedConnectError as lost:
        log.info("claim_lost", id=claimed.id, reason=lost.detail)


def _delay(session: Session, claimed: Claimed, reason: str) -> None:
    """Try again later, five times in all; then the row has failed and stands there to be looked at."""
    if claimed.attempts >= _MOST_ATTEMPTS:
        log.error("activity_failed", id=claimed.id, kind=claimed.activity.kind, reason=reason[:200])
        _fenced_update(session, claimed, state=InboundState.FAILED, outcome=reason[:200])
        return
    wait = timedelta(seconds=15 * 4 ** (claimed.attempts - 1))
    _fenced_update(
        session, claimed, state=InboundState.RECEIVED, due_at=clock.now() + wait, outcome=reason[:200]
    )
