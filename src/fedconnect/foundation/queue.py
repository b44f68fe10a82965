"""Bells: an RQ job says only "look", and the database row is the truth."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from redis import Redis
from redis.exceptions import RedisError, TimeoutError
from rq import Queue

log = structlog.get_logger()

GENERAL = "fedconnect"
DELIVERY = "fedconnect-delivery"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: the queue that it stands in, how often it is enqueued by itself, and its longest run in seconds."""

    queue: str = GENERAL
    every_s: int | None = None
    timeout_s: int = 60


#: Every job that a worker may run, each a file of fedconnect/jobs. Nothing else is ever called by name.
JOBS = {
    "inbox": Job(timeout_s=120),
    "delivery": Job(queue=DELIVERY, timeout_s=180),
    "submissions": Job(timeout_s=90),
    "backfill": Job(timeout_s=120),
    "plugins": Job(),
    "homes": Job(every_s=60),
    "push": Job(),
    "safeguarding": Job(every_s=30),
    "hearings": Job(),
    "listening": Job(every_s=60),  # what it does falls due by time alone
    "companions": Job(every_s=45),  # an author's no undoes boosts within a minute
    "hourly": Job(every_s=3600),
    "questions": Job(every_s=3600, timeout_s=180),
    "followers": Job(every_s=3600),
    "rematch": Job(every_s=3600),
    "meaning": Job(every_s=3600, timeout_s=600),
    "sweep": Job(every_s=15),
    "upkeep": Job(every_s=3600),
}
FUNCTIONS = {f"fedconnect.jobs.{name}.run": name for name in JOBS}
_FUNCTION_OF = {name: function for function, name in FUNCTIONS.items()}
_MARK_LIFE_S = 60  # the mark of a job that was lost is forgotten by itself
_ANSWERS_WITHIN_S = 1.0
_RESTS_S = 5.0  # a Valkey that hangs is not asked again for so long, or each request would wait for it

_redis: Redis | None = None
_stop = threading.Event()
_hangs_until = 0.0


def connect(url: str) -> Redis:
    """Connect this process to Valkey, for short questions, and return the connection."""
    global _redis, _hangs_until
    _redis = Redis.from_url(
        url, socket_timeout=_ANSWERS_WITHIN_S, socket_connect_timeout=_ANSWERS_WITHIN_S, health_check_interval=30
    )  # fmt: skip
    _hangs_until = 0.0
    return _redis


def connect_worker(url: str) -> Redis:
    """Return a connection on which a worker waits for jobs, longer than any answer takes."""
    return Redis.from_url(url, socket_timeout=70, socket_connect_timeout=2, health_check_interval=30)


def queue(name: str = GENERAL, connection: Redis | None = None) -> Queue:
    """Return one of the queues; jobs are JSON, never pickle."""
    used = connection or _redis
    if used is None:
        raise RuntimeError("no Valkey is connected")
    return Queue(name, connection=used, serializer="json")


def enqueue_once(job: str) -> None:
    """Wake a worker for `job`, unless it is enqueued already. Valkey may be away: sweep enqueues again."""

    def enqueue_if_unmarked(redis: Redis) -> None:
        if _take(redis, f"bell:{job}", _MARK_LIFE_S):
            wanted = JOBS[job]
            queue(wanted.queue).enqueue_call(
                _FUNCTION_OF[job], result_ttl=0, failure_ttl=3600, timeout=wanted.timeout_s
            )

    _ask("bell_not_rung", job, enqueue_if_unmarked)


def clear(job: str) -> None:
    """Forget that `job` is enqueued; a worker does so before it looks, so that nothing is missed."""
    _ask("bell_not_cleared", job, lambda redis: redis.delete(f"bell:{job}"))


def is_reachable() -> bool:
    """Whether Valkey answers, within a second."""
    try:
        return _redis is not None and bool(_redis.ping())
    except RedisError:
        return False


def enqueue_recurring() -> None:
    """Ring for recurring jobs, whichever worker's turn it is: once in `every_s` seconds for all of them."""
    for name, job in JOBS.items():
        if job.every_s is not None:
            _ask("timetable_missed", name, lambda redis, n=name, s=job.every_s: _once(redis, n, s))  # type: ignore[misc]


def request_stop() -> None:
    """Ask the job that is running to end after the row it is at."""
    _stop.set()


def stop_requested() -> bool:
    """Whether this process is to stop; jobs that drain rows look at it between batches."""
    return _stop.is_set()


def _once(redis: Redis, job: str, every_s: int) -> None:
    if _take(redis, f"timetable:{job}", every_s):
        enqueue_once(job)


def _take(redis: Redis, name: str, life_s: int) -> bool:
    """Set a mark that falls away after a while; one that would outlive its time was set before the clock went back."""
    if redis.set(name, 1, nx=True, ex=life_s):
        return True
    left_s = redis.ttl(name)
    if isinstance(left_s, int) and left_s > life_s + 1:
        return bool(redis.set(name, 1, ex=life_s))
    return False


def _ask(problem: str, job: str, question: Callable[[Redis], object]) -> None:
    """Ask Valkey something; while it hangs, only now and then, since the rows are the truth and sweep looks for them."""
    global _hangs_until
    if _redis is None or time.monotonic() < _hangs_until:
        return
    try:
        question(_redis)
    except RedisError as error:
        if isinstance(error, TimeoutError):
            _hangs_until = time.monotonic() + _RESTS_S
        log.warning(problem, job=job, reason=type(error).__name__)
