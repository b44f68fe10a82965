"""How another server is doing, by what it answers: one that is down rests, and its lane holds up nobody."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.federation.outbound.delivery_kind import RESTS, TWELVE_HOURS_S
from fedconnect.foundation.database import database_now
from fedconnect.models.instance import Instance

log = structlog.get_logger()
MOST_STRIKES = 5
_UNAVAILABLE_AFTER_DAYS = 7


class HostHealth(StrEnum):
    """What one answer says of a host."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


def note_health(session: Session, host: str, health: HostHealth, retry_after_s: int = 0) -> None:
    """Let a host that is down rest; one that is up forgets its bad days, and a strike where it was quick."""
    if health is HostHealth.DOWN:
        _rest(session, host, retry_after_s)
        return
    about = update(Instance).where(Instance.host == host)
    strikes = case((Instance.strikes < MOST_STRIKES, Instance.strikes + 1), else_=MOST_STRIKES)
    if health is HostHealth.UP:
        about = about.where(or_(Instance.failures > 0, Instance.bad_days > 0, Instance.strikes > 0))
        strikes = case((Instance.strikes > 0, Instance.strikes - 1), else_=0)
    well = about.values(failures=0, bad_days=0, paused_until=None, strikes=strikes)
    session.execute(well.execution_options(synchronize_session=False))


def answers_others(session: Session, host: str) -> bool:
    """Whether a host has answered since it last gave no answer."""
    failures = session.execute(select(Instance.failures).where(Instance.host == host)).scalar_one_or_none()
    return failures == 0


def _rest(session: Session, host: str, retry_after_s: int) -> None:
    """Pause a lane: longer with each failure, and after seven bad days one try in twelve hours."""
    now = database_now(session)
    instance = session.execute(select(Instance).where(Instance.host == host)).scalar_one()
    today = f"{now:%Y-%m-%d}"
    bad_days = instance.bad_days + (instance.last_bad_day != today)
    failures = instance.failures + 1
    wait_s = RESTS.wait(failures).total_seconds()
    if bad_days >= _UNAVAILABLE_AFTER_DAYS:
        wait_s = TWELVE_HOURS_S
    log.info("lane_paused", host=host, failures=failures)
    instance.failures, instance.bad_days, instance.last_bad_day = failures, bad_days, today
    instance.strikes = min(instance.strikes + 1, MOST_STRIKES)
    instance.paused_until = now + timedelta(seconds=max(wait_s, retry_after_s))
