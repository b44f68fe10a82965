"""Deliveries: a lane for each host, so that a server that does not answer, or only slowly, holds up nobody else.

Deliveries of one object to one inbox keep their order; how each ended is written at once; what failed waits by the
schedule, at most seven days. Ref: reference numbers in docs/decisions/0003.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from fedconnect.events import InboxGone, emit
from fedconnect.federation.outbound import host_health, send_outcome, sending
from fedconnect.federation.outbound.delivery_kind import DELIVERIES, OutgoingMessage
from fedconnect.federation.outbound.host_health import HostHealth
from fedconnect.federation.outbound.send_outcome import SendOutcome
from fedconnect.foundation import database, durable, queue
from fedconnect.foundation.database import database_now
from fedconnect.foundation.durable_kind import Claim, Done, Failed, RetryLater
from fedconnect.foundation.errors import LostClaim
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.outbound import Delivery

log = structlog.get_logger()
BATCH = 5
_LANE_S = 20.0
_GONE = Failed("410")


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
                    Delivery.host == Instance.host, Delivery.state.in_(DELIVERIES.open), Delivery.due_at <= now
                ),
                ~exists().where(
                    held.host == Instance.host, held.state.in_(DELIVERIES.open), held.lease_until > now
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
            outcome = sending.send(claimed)
            sent += isinstance(outcome.end, Done)
            goes_on = outcome.host is HostHealth.UP and time.monotonic() <= until
            if not _record(host, claimed, outcome, batch[number + 1 :], goes_on=goes_on):
                return sent
    return sent


def _claim(host: str) -> list[Claim[OutgoingMessage]]:
    """Take the next deliveries of a host: none that an earlier one about the same thing to the same inbox goes before. What was
    tried least goes first, so that one message that is never answered does not keep the others back."""
    earlier = aliased(Delivery)
    goes_before = exists().where(
        earlier.inbox == Delivery.inbox,
        earlier.object_uri == Delivery.object_uri,
        earlier.host == Delivery.host,
        earlier.state.in_(DELIVERIES.open),
        earlier.id < Delivery.id,
    )
    return durable.claim(
        DELIVERIES,
        Delivery.host == host,
        ~goes_before,
        limit=BATCH,
        order=(Delivery.attempts, Delivery.urgent.desc(), Delivery.id),
    )


def _record(
    host: str,
    claimed: Claim[OutgoingMessage],
    outcome: SendOutcome,
    others: Sequence[Claim[OutgoingMessage]],
    *,
    goes_on: bool,
) -> bool:
    """Write down how one message ended and what that says of its host. The others' lease begins anew, or (not
    `goes_on`) they are given back untried. Return whether to go on: not where somebody else is at the lane."""
    try:
        with database.transaction() as session:
            _write(session, host, claimed, outcome)
            if others and goes_on:
                lease_until = database_now(session) + DELIVERIES.lease
                durable.save(session, DELIVERIES, *others, lease_until=lease_until)
            elif others:
                durable.end(session, DELIVERIES, *others)
        return goes_on
    except LostClaim:
        log.info("lane_lost", host=host)
    # One of them was withdrawn meanwhile, or somebody else is at the lane: each for itself.
    with suppress(LostClaim), database.transaction() as session:
        _write(session, host, claimed, outcome)
    for one in others:
        durable.settle(DELIVERIES, one, RetryLater("not tried", wait=timedelta(0), counts=False))
    return False


def _write(session: Session, host: str, claimed: Claim[OutgoingMessage], outcome: SendOutcome) -> None:
    end = outcome.end
    if outcome.is_unanswered and send_outcome.is_stuck(claimed) and host_health.answers_others(session, host):
        end = Failed(send_outcome.UNANSWERED)
    durable.write_end(session, DELIVERIES, claimed, end)
    if end == _GONE:
        emit(session, InboxGone(host, claimed.item.inbox))
    host_health.note_health(session, host, outcome.host, outcome.retry_after_s)
