"""Lanes: one for each host, so that a server that does not answer holds up nobody else.

A lane is held by a token with a lease; deliveries of one object to one inbox keep their order; what
failed waits by the schedule, at most seven days. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from fedconnect.activitypub import own_keys
from fedconnect.federation import synchronization
from fedconnect.foundation import database, fetch, queue
from fedconnect.foundation.database import changed
from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed, LostClaim
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity

log = structlog.get_logger()
LEASE = timedelta(seconds=90)
BATCH = 20
LONGEST = timedelta(days=7)
_SCHEDULE_S = (15, 60, 300, 1800, 7200, 21_600)  # then every twelve hours
_TWELVE_HOURS_S = 43_200
_MOST_RETRY_AFTER_S = 21_600
_UNAVAILABLE_AFTER_DAYS = 7
_OPEN = (DeliveryState.QUEUED, DeliveryState.RETRYING)


class _End(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # this message, for good
    LATER = "later"  # this message steps aside
    DOWN = "down"  # the whole host


@dataclass(frozen=True, slots=True)
class _Item:
    id: int
    inbox: str
    actor: str
    body: bytes
    attempts: int
    created_at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    item: _Item
    end: _End
    answer: str
    retry_after_s: int = 0


def due_hosts(limit: int = 64) -> list[str]:
    """Return hosts that have something due and whose lane is free."""
    with database.reading() as session:
        now = database.database_now(session)
        return list(
            session.execute(
                select(Instance.host)
                .where(
                    _lane_is_free(now),
                    exists().where(
                        Delivery.host == Instance.host, Delivery.state.in_(_OPEN), Delivery.due_at <= now
                    ),
                )
                .limit(limit)
            ).scalars()
        )


def drain(host: str) -> int:
    """Send what is due to one host, in order, until it is done, fails or another holds the lane."""
    token = secrets.token_hex(16)
    sent = 0
    if not _enter(host, token):
        return 0
    try:
        while not queue.stop_requested() and (batch := _next(host, token)):
            outcomes = _send(batch)
            sent += sum(outcome.end is _End.DONE for outcome in outcomes)
            if not _record(host, token, batch, outcomes):
                break
    except LostClaim:
        log.info("lane_lost", host=host)
    finally:
        _leave(host, token)
    return sent


def _lane_is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        Instance.policy != Policy.BLOCKED,
        or_(Instance.lane_until.is_(None), Instance.lane_until <= now),
        or_(Instance.paused_until.is_(None), Instance.paused_until <= now),
    )


def _enter(host: str, token: str) -> bool:
    with database.transaction() as session:
        now = database.database_now(session)
        entered = session.execute(
            update(Instance)
            .where(Instance.host == host, _lane_is_free(now))
            .values(lane_token=token, lane_until=now + LEASE)
        )
        return changed(entered) == 1


def _next(host: str, token: str) -> list[_Item]:
    """Mark and return the next deliveries: tried is written down before anything is sent."""
    earlier = aliased(Delivery)
    with database.transaction() as session:
        now = database.database_now(session)
        _hold(session, host, token, lane_until=now + LEASE)
        rows = list(
            session.execute(
                select(Delivery, OutboundActivity.actor, OutboundActivity.body, OutboundActivity.kind)
                .join(OutboundActivity, OutboundActivity.id == Delivery.activity_id)
                .where(
                    Delivery.host == host,
                    Delivery.state.in_(_OPEN),
                    Delivery.due_at <= now,
                    ~exists().where(
                        earlier.inbox == Delivery.inbox,
                        earlier.object_uri == Delivery.object_uri,
                        earlier.host == Delivery.host,
                        earlier.state.in_(_OPEN),
                        earlier.id < Delivery.id,
                    ),
                )
                .order_by(Delivery.urgent.desc(), Delivery.id)
                .limit(BATCH)
            )
        )
        items: list[_Item] = []
        for delivery, actor, body, kind in rows:
            delivery.attempts += 1
            items.append(
                _Item(
                    delivery.id, delivery.inbox, actor, body.encode(), delivery.attempts, delivery.created_at,
                    kind,
                )
            )  # fmt: skip
        return items


def _send(batch: Sequence[_Item]) -> list[_Outcome]:
    """Send one after the other; stop where the host itself is in trouble."""
    outcomes: list[_Outcome] = []
    for item in batch:
        outcome = _send_one(item)
        outcomes.append(outcome)
        if outcome.end is _End.DOWN:
            break
    return outcomes


def _send_one(item: _Item) -> _Outcome:
    with database.reading() as session:
        signer = own_keys.signer(session, item.actor)
        extra = _synchronization(session, item)
    try:
        headers = signer.sign("POST", item.inbox, item.body, extra)
        answer = fetch.post(item.inbox, item.body, headers=headers)
    except AddressRefused as error:
        return _Outcome(item, _End.REFUSED, f"not sent: {error.detail}")
    except FetchFailed as error:
        return _Outcome(item, _End.DOWN, error.detail)
    status = answer.status
    if 200 <= status < 300:
        return _Outcome(item, _End.DONE, str(status))
    if status == 429 or (status >= 500 and status != 501):
        return _Outcome(item, _End.DOWN, str(status), _retry_after_s(answer.headers.get("retry-after", "")))
    if status in {401, 408}:
        return _Outcome(item, _End.LATER, str(status))
    return _Outcome(item, _End.REFUSED, str(status))


def _synchronization(session: Session, item: _Item) -> dict[str, str]:
    """Return the header by which a receiver finds out that it lost a follow, on what goes to followers."""
    kind, _, slug = item.actor.partition(":")
    if item.kind != "Announce" or kind != "board":
        return {}
    host = urlsplit(item.inbox).netloc.lower()
    return {"Collection-Synchronization": synchronization.header_for(session, slug, host)}


def _record(host: str, token: str, batch: Sequence[_Item], outcomes: Sequence[_Outcome]) -> bool:
    """Write down how a batch ended; False where the host must rest."""
    with database.transaction() as session:
        now = database.database_now(session)
        for outcome in outcomes:
            _settle(session, outcome, now)
        untried = [item.id for item in batch[len(outcomes) :]]
        if untried:
            session.execute(
                update(Delivery).where(Delivery.id.in_(untried)).values(attempts=Delivery.attempts - 1)
            )
        down = next((outcome for outcome in outcomes if outcome.end is _End.DOWN), None)
        if down is None:
            _hold(session, host, token, failures=0, bad_days=0, paused_until=None)
            return True
        _rest(session, host, token, down, now)
        return False


def _settle(session: Session, outcome: _Outcome, now: datetime) -> None:
    item = outcome.item
    values: dict[str, object] = {"answer": outcome.answer[:80]}
    if outcome.end is _End.DONE:
        values["state"] = DeliveryState.DELIVERED
    elif outcome.end is _End.REFUSED or now - item.created_at > LONGEST:
        values["state"] = DeliveryState.ABANDONED
        log.info("delivery_abandoned", host=urlsplit(item.inbox).netloc, answer=outcome.answer)
    else:
        wait_s = max(pause_s(item.attempts), outcome.retry_after_s)
        values |= {"state": DeliveryState.RETRYING, "due_at": now + timedelta(seconds=wait_s)}
    session.execute(
        update(Delivery).where(Delivery.id == item.id, Delivery.state.in_(_OPEN)).values(**values)
    )


def _rest(session: Session, host: str, token: str, down: _Outcome, now: datetime) -> None:
    """Pause a lane: longer with each failure, and after seven bad days one try in twelve hours."""
    instance = session.execute(select(Instance).where(Instance.host == host)).scalar_one()
    today = f"{now:%Y-%m-%d}"
    bad_days = instance.bad_days + (instance.last_bad_day != today)
    wait_s = pause_s(instance.failures + 1)
    if bad_days >= _UNAVAILABLE_AFTER_DAYS:
        wait_s = _TWELVE_HOURS_S
    log.info("lane_paused", host=host, answer=down.answer, failures=instance.failures + 1)
    _hold(
        session, host, token,
        failures=instance.failures + 1, bad_days=bad_days, last_bad_day=today,
        paused_until=now + timedelta(seconds=max(wait_s, down.retry_after_s)),
    )  # fmt: skip


def _hold(session: Session, host: str, token: str, **values: object) -> None:
    """Change the lane's row while it is ours."""
    held = session.execute(
        update(Instance)
        .where(Instance.host == host, Instance.lane_token == token)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed(held) != 1:
        raise LostClaim(f"lane {host}")


def _leave(host: str, token: str) -> None:
    try:
        with database.transaction() as session:
            _hold(session, host, token, lane_token=None, lane_until=None)
    except FedConnectError:
        pass  # the lease ends by itself


def pause_s(attempt: int) -> float:
    """Return the seconds to wait after the n-th failure (from 1), a quarter more or less by chance."""
    base = _SCHEDULE_S[attempt - 1] if attempt <= len(_SCHEDULE_S) else _TWELVE_HOURS_S
    return base * random.uniform(0.75, 1.25)  # noqa: S311  spreads load, protects nothing


def _retry_after_s(header: str) -> int:
    return min(int(header), _MOST_RETRY_AFTER_S) if header.isdigit() and len(header) < 9 else 0
