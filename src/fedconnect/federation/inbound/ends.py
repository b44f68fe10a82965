"""How the work on a received activity ends: handled, ignored, waiting for another, or tried again later."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.federation.inbound.received import Received
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.foundation import clock, database, durable
from fedconnect.foundation.database import database_now
from fedconnect.foundation.durable_kind import Claim, RetryLater
from fedconnect.foundation.errors import FedConnectError, FetchFailed
from fedconnect.models.inbound import InboundState
from fedconnect.moderation.posts.outcome_types import Held

log = structlog.get_logger()
_PATIENCE = timedelta(days=14)
_SOONEST, _LATEST = (
    timedelta(seconds=5),
    timedelta(hours=6),
)  # between two looks at what an activity waits for


def finish(session: Session, claimed: Claim[Received], result: Result) -> None:
    """End the work on an activity: handled, ignored, or waiting for another, two weeks at most."""
    if isinstance(result, Deferred):
        age = clock.now() - claimed.item.received_at
        if age <= _PATIENCE:
            durable.end(
                session, RECEIVED, claimed, state=InboundState.WAITING, waits_for=result.uri, outcome="waits",
                due_at=database_now(session) + _next_look(claimed.item, result, age), attempts=0,
            )  # fmt: skip
            return
        result = Ignored("waited two weeks in vain")
    values: dict[str, object] = {"waits_for": None}
    if isinstance(result, Handled):
        values |= {"state": InboundState.HANDLED, "outcome": result.outcome}
    else:
        values |= {"state": InboundState.IGNORED, "outcome": result.reason}
    is_kept = isinstance(result, Handled) and (result.is_said_later or result.outcome == Held.reason)
    if not is_kept:
        values["body"] = ""  # only what waits is said again: for a moderator, or for what its origin shows
    durable.end(session, RECEIVED, claimed, **values)


def _next_look(received: Received, waits: Deferred, age: timedelta) -> timedelta:
    """Return how long until an activity is looked at again, unless what it waits for wakes it before.

    The first look comes soon however old it is: on PostgreSQL another worker may bring what it waits for in the same
    instant, and wakes nobody yet.
    """
    if waits.came_meanwhile:
        return timedelta(0)
    return min(max(age, _SOONEST), _LATEST) if received.has_waited else _SOONEST


def finish_alone(claimed: Claim[Received], result: Result) -> None:
    """End it in a transaction of its own; where another worker has it by now, that one ends it."""
    try:
        with database.transaction() as session:
            finish(session, claimed, result)
    except FedConnectError as error:
        log.info("claim_lost", id=claimed.id, reason=error.detail)


def put_off(claimed: Claim[Received], error: Exception) -> None:
    """Try it again later; what cannot be had at all is ignored."""
    reason = getattr(error, "detail", "") or type(error).__name__
    if isinstance(error, FetchFailed) and not error.retryable:
        finish_alone(claimed, Ignored(f"not to be had: {reason}"))
    else:
        durable.settle(RECEIVED, claimed, RetryLater(reason))
