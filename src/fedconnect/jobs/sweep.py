"""Enqueue again for rows that were left waiting: a job may be lost, a row is not. And mind a clock that was put back."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select, update

from fedconnect.federation.outbound import delivery
from fedconnect.federation.outbound.delivery_kind import DELIVERIES
from fedconnect.foundation import database, durable, queue
from fedconnect.foundation.database import database_now
from fedconnect.jobs.kinds import KINDS
from fedconnect.models.clock_mark import ClockMark
from fedconnect.models.instance import Instance
from fedconnect.surfacing.hearing import lifecycle

log = structlog.get_logger()
_NOTICED = timedelta(seconds=30)  # less than that is only a correction
_MARKED_EVERY = timedelta(seconds=60)
_OUTAGE = timedelta(minutes=10)  # no worker looked at anything for so long


def run() -> None:
    """Look for due rows of every kind and ring for them."""
    queue.clear("sweep")
    mind_the_clock()
    for kind in KINDS:
        if delivery.due_hosts(limit=1) if kind is DELIVERIES else durable.is_due(kind):
            queue.enqueue_once(kind.name)
    if lifecycle.is_due():
        queue.enqueue_once("hearings")


def mind_the_clock() -> None:
    """Where the clock was put back, let what waits be due as soon as it would have been; and where nobody was at work,
    let hearings have the time that they lost."""
    with database.read_transaction() as session:
        now = database_now(session)
        seen = session.execute(select(ClockMark.at)).scalar_one_or_none()
    if seen is not None and seen - _NOTICED <= now <= seen + _MARKED_EVERY:
        return
    with database.transaction() as session:
        mark = session.execute(select(ClockMark).with_for_update()).scalar_one_or_none()
        if mark is None:
            session.add(ClockMark(at=now))
            return
        by = mark.at - now
        mark.at = now
        if -by > _OUTAGE:
            lifecycle.extend_running(session, -by)
            log.warning("workers_were_away", seconds=int(-by.total_seconds()))
        if by > _NOTICED:
            moved = sum(durable.turn_back(session, kind, by) for kind in KINDS)
            session.execute(
                update(Instance)
                .where(Instance.paused_until > now)
                .values(paused_until=now)
                .execution_options(synchronize_session=False)
            )
            log.warning("clock_put_back", seconds=int(by.total_seconds()), rows=moved)
