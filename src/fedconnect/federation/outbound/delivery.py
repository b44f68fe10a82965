"""Deliveries: a lane for each host, so that a server that does not answer, or only slowly, holds up nobody else.

Deliveries of one object to one inbox keep their order; how each ended is written at once; what failed waits by the
schedule, at most seven days. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from fedconnect.activitypub import own_keys
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.foundation import database, durable, fetch, queue
from fedconnect.foundation.database import database_now
from fedconnect.foundation.durable_kind import Backoff, Claim, Done, End, Failed, Kind, RetryLater
from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed, LostClaim
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity

log = structlog.get_logger()
BATCH = 5
LONGEST = timedelta(days=7)
SLOW_S = 5.0
MOST_STRIKES = 5
_LANE_S = 20.0
_UNAVAILABLE_AFTER_DAYS = 7
_MOST_RETRY_AFTER_S = 21_600
_TWELVE_HOURS_S = 43_200
_REST = Backoff((15, 60, 300, 1800, 7200, 21_600), _TWELVE_HOURS_S, jitter=0.25)
_OPEN = (DeliveryState.QUEUED, DeliveryState.RETRYING)


@dataclass(frozen=True, slots=True)
class Message:
    """What a delivery's row says, with its activity."""

    inbox: str
    host: str
    actor: str
    body: bytes
    kind: str
    created_at: datetime


def _load(session: Session, rows: Sequence[Delivery]) -> None:
    """Bring the activities of a batch into the session, so that each is not asked for by itself."""
    wanted = {row.activity_id for row in rows}
    session.execute(select(OutboundActivity).where(OutboundActivity.id.in_(wanted))).scalars().all()


def _decode(row: Delivery) -> Message:
    session = Session.object_session(row)
    assert session is not None
    activity = session.get_one(OutboundActivity, row.activity_id)
    if not activity.body:
        raise ValueError("its words are gone")
    return Message(row.inbox, row.host, activity.actor, activity.body.encode(), activity.kind, row.created_at)


DELIVERIES = Kind(
    name="delivery",
    row=Delivery,
    open=_OPEN,
    done=DeliveryState.DELIVERED,
    failed=DeliveryState.ABANDONED,
    retrying=DeliveryState.RETRYING,
    load=_load,
    decode=_decode,
    backoff=_REST,
    lease=timedelta(seconds=90),  # three times the longest that one server may take
    most_attempts=1_000,  # not so often, but so long: `LONGEST`
    lane=Delivery.host,
)


class _Host(StrEnum):
    """What one answer says of a host."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class _Answer:
    end: End
    host: _Host
    retry_after_s: int = 0


def due_hosts(limit: int = 64, *, but: Sequence[str] = ()) -> list[tuple[str, bool]]:
    """Return hosts that have something due and whose lane is free, and whether each has been slow; those go last."""
    held = aliased(Delivery)
    with database.read_transaction() as session:
        now = database_now(session)
        rows = session.execute(
            select(Instance.host, Instance.strikes)
            .where(
                Instance.policy != Policy.BLOCKED,
                Instance.host.not_in(but),
                or_(Instance.paused_until.is_(None), Instance.paused_until <= now),
                exists().where(
                    Delivery.host == Instance.host, Delivery.state.in_(_OPEN), Delivery.due_at <= now
                ),
                ~exists().where(
                    held.host == Instance.host, held.state.in_(_OPEN), held.lease_until > now
                ),
            )
            .order_by(Instance.strikes, Instance.id)
            .limit(limit)
        ).all()  # fmt: skip
        return [(host, strikes > 0) for host, strikes in rows]


def drain(host: str) -> int:
    """Send what is due to one host, in order, until it is done, fails, takes long or another holds the lane.

    Return how many were taken.
    """
    sent = 0
    until = time.monotonic() + _LANE_S
    while not queue.stop_requested() and time.monotonic() < until and (batch := _claim(host)):
        for number, claimed in enumerate(batch):
            response = _send(claimed)
            sent += isinstance(response.end, Done)
            goes_on = _record(host, claimed, response, batch[number + 1 :])
            if not goes_on or time.monotonic() > until:
                _release(batch[number + 1 :])
                return sent
    return sent


def _claim(host: str) -> list[Claim[Message]]:
    """Take the next deliveries of a host: none that an earlier one about the same thing to the same inbox goes before."""
    earlier = aliased(Delivery)
    goes_before = exists().where(
        earlier.inbox == Delivery.inbox,
        earlier.object_uri == Delivery.object_uri,
        earlier.host == Delivery.host,
        earlier.state.in_(_OPEN),
        earlier.id < Delivery.id,
    )
    return durable.claim(
        DELIVERIES,
        Delivery.host == host,
        ~goes_before,
        limit=BATCH,
        order=(Delivery.urgent.desc(), Delivery.id),
    )


def _release(batch: Sequence[Claim[Message]]) -> None:
    """Give back what was not tried."""
    for claimed in batch:
        durable.settle(DELIVERIES, claimed, RetryLater("not tried", wait=timedelta(0), counts=False))


def _send(claimed: Claim[Message]) -> _Answer:
    """Send one message, and judge the answer: its end, and what it says of the host."""
    began = time.monotonic()
    message = claimed.item
    try:
        with database.read_transaction() as session:
            signer = own_keys.signer(session, message.actor)
            extra = _synchronization(session, message)
        headers = signer.sign("POST", message.inbox, message.body, extra)
        response = fetch.post(message.inbox, message.body, headers=headers)
    except AddressRefused as error:
        return _Answer(Failed(f"not sent: {error.detail}"), _Host.UP)
    except FetchFailed as error:
        return _Answer(_later(claimed, error.detail), _Host.DOWN)
    except FedConnectError as error:
        return _Answer(Failed(f"not sent: {error.detail}"), _Host.UP)
    except Exception as error:
        log.exception("delivery_unforeseen", id=claimed.id)
        return _Answer(_later(claimed, f"unforeseen: {type(error).__name__}"), _Host.UP)
    host = _Host.SLOW if time.monotonic() - began > SLOW_S else _Host.UP
    status = response.status
    if 200 <= status < 300:
        return _Answer(Done(str(status)), host)
    if status == 429 or (status >= 500 and status != 501):
        after_s = _retry_after_s(response.headers.get("retry-after", ""))
        return _Answer(_later(claimed, str(status), after_s), _Host.DOWN, after_s)
    if status in {401, 408}:
        return _Answer(_later(claimed, str(status)), host)
    return _Answer(Failed(str(status)), host)


def _later(claimed: Claim[Message], reason: str, after_s: int = 0) -> End:
    with database.read_transaction() as session:
        age = database_now(session) - claimed.item.created_at
    if age > LONGEST:
        return Failed(reason)
    return RetryLater(reason, wait=max(_REST.wait(claimed.attempts + 1), timedelta(seconds=after_s)))


def _synchronization(session: Session, message: Message) -> dict[str, str]:
    """Return the header by which a receiver finds out that it lost a follow, on what goes to followers."""
    kind, _, slug = message.actor.partition(":")
    if message.kind != "Announce" or kind != "board":
        return {}
    return {"Collection-Synchronization": followers_synchronization.header_for(session, slug, message.host)}


def _record(host: str, claimed: Claim[Message], response: _Answer, others: Sequence[Claim[Message]]) -> bool:
    """Write down how one message ended and what that says of its host, and begin the lease of the others anew.

    False where the lane is to be left: the host must rest or is slow, or somebody else is at it.
    """
    try:
        with database.transaction() as session:
            durable.write_end(session, DELIVERIES, claimed, response.end)
            _note_host(session, host, response)
            if others:
                lease_until = database_now(session) + DELIVERIES.lease
                durable.save(session, DELIVERIES, *others, lease_until=lease_until)
    except LostClaim:
        log.info("lane_lost", host=host)
        return False
    return response.host is _Host.UP


def _note_host(session: Session, host: str, response: _Answer) -> None:
    """Let a host that is down rest; one that is up forgets its bad days, and a strike where it was quick."""
    if response.host is _Host.DOWN:
        _rest(session, host, response)
        return
    about = update(Instance).where(Instance.host == host)
    strikes = case((Instance.strikes < MOST_STRIKES, Instance.strikes + 1), else_=MOST_STRIKES)
    if response.host is _Host.UP:
        about = about.where(or_(Instance.failures > 0, Instance.bad_days > 0, Instance.strikes > 0))
        strikes = case((Instance.strikes > 0, Instance.strikes - 1), else_=0)
    well = about.values(failures=0, bad_days=0, paused_until=None, strikes=strikes)
    session.execute(well.execution_options(synchronize_session=False))


def _rest(session: Session, host: str, response: _Answer) -> None:
    """Pause a lane: longer with each failure, and after seven bad days one try in twelve hours."""
    now = database_now(session)
    instance = session.execute(select(Instance).where(Instance.host == host)).scalar_one()
    today = f"{now:%Y-%m-%d}"
    bad_days = instance.bad_days + (instance.last_bad_day != today)
    failures = instance.failures + 1
    wait_s = _REST.wait(failures).total_seconds()
    if bad_days >= _UNAVAILABLE_AFTER_DAYS:
        wait_s = _TWELVE_HOURS_S
    log.info("lane_paused", host=host, failures=failures)
    instance.failures, instance.bad_days, instance.last_bad_day = failures, bad_days, today
    instance.strikes = min(instance.strikes + 1, MOST_STRIKES)
    instance.paused_until = now + timedelta(seconds=max(wait_s, response.retry_after_s))


def _retry_after_s(header: str) -> int:
    if not (header.isascii() and header.isdigit() and len(header) < 9):
        return 0  # of other digits, as ², int() reads not all
    return min(int(header), _MOST_RETRY_AFTER_S)
