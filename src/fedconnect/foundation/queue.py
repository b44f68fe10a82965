"""Bells: an RQ job says only "look", and the database row is the truth."""

from __future__ import annotations

import threading

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

log = structlog.get_logger()

#: Every job that a worker may run: bell name → function. Nothing else is ever called by name.
JOBS = {
    "inbox": "fedconnect.jobs.inbox.run",
    "delivery": "fedconnect.jobs.delivery.run",
    "homes": "fedconnect.jobs.homes.run",
    "submissions": "fedconnect.jobs.submissions.run",
    "push": "fedconnect.jobs.push.run",
    "errands": "fedconnect.jobs.errands.run",
    "plugins": "fedconnect.jobs.plugins.run",
    "safeguarding": "fedconnect.jobs.safeguarding.run",
    "hearings": "fedconnect.jobs.hearings.run",
    "companions": "fedconnect.jobs.companions.run",
    "hourly": "fedconnect.jobs.hourly.run",
    "rematch": "fedconnect.jobs.rematch.run",
    "sweep": "fedconnect.jobs.sweep.run",
    "upkeep": "fedconnect.jobs.upkeep.run",
}
QUEUE = "fedconnect"
JOB_TIMEOUT_S = 60
_BELL_LIFE_S = 60  # a bell whose job was lost falls silent by itself

_redis: Redis | None = None
_stop = threading.Event()


def connect(url: str) -> Redis:
    """Connect this process to Valkey and return the connection."""
    global _redis
    _redis = Redis.from_url(url, socket_timeout=70, socket_connect_timeout=2, health_check_interval=30)
    return _redis


def queue() -> Queue:
    """Return the one queue; jobs are JSON, never pickle."""
    if _redis is None:
        raise RuntimeError("no Valkey is connected")
    return Queue(QUEUE, connection=_redis, serializer="json", default_timeout=JOB_TIMEOUT_S)


def ring(job: str) -> None:
    """Wake a worker for `job`, unless it is rung already. Valkey may be away: sweep rings again."""
    try:
        if _redis is not None and _redis.set(f"bell:{job}", 1, nx=True, ex=_BELL_LIFE_S):
            queue().enqueue_call(JOBS[job], result_ttl=0, failure_ttl=3600, timeout=JOB_TIMEOUT_S)
    except RedisError as error:
        log.warning("bell_not_rung", job=job, reason=type(error).__name__)


def answer(job: str) -> None:
    """Clear the bell of `job`; a worker does so before it looks, so that nothing is missed."""
    try:
        if _redis is not None:
            _redis.delete(f"bell:{job}")
    except RedisError as error:
        log.warning("bell_not_cleared", job=job, reason=type(error).__name__)


def is_reachable() -> bool:
    """Whether Valkey answers."""
    try:
        return _redis is not None and bool(_redis.ping())
    except RedisError:
        return False


def once_every(job: str, every_s: int) -> None:
    """Ring for a recurring job, whichever worker's turn it is: once in `every_s` seconds for all of them."""
    try:
        if _redis is not None and _redis.set(f"timetable:{job}", 1, nx=True, ex=every_s):
            ring(job)
    except RedisError as error:
        log.warning("timetable_missed", job=job, reason=type(error).__name__)


def request_stop() -> None:
    """Ask the job that is running to end after the row it is at."""
    _stop.set()


def stop_requested() -> bool:
    """Whether this process is to stop; jobs that drain rows look at it between batches."""
    return _stop.is_set()
