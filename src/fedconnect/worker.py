"""RQ workers and the timetable. A worker runs only the jobs that foundation/queue names."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from rq import Queue, SimpleWorker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job

from fedconnect import wiring
from fedconnect.foundation import queue
from fedconnect.foundation.logs import configure_log
from fedconnect.foundation.settings import Settings

log = structlog.get_logger()
QUEUES = {"general": queue.GENERAL, "delivery": queue.DELIVERY}
_LOOK_EVERY_S = 5.0
_LOOK_FOR_VALKEY_S = 0.5
_STAYED_S = 5.0


class Worker(SimpleWorker):
    """A worker without forks: jobs drain rows, so the cost of a fork would be paid for nothing."""

    max_connection_wait_time = 2  # or it waits a minute more for a Valkey that is back

    def execute_job(self, job: Job, queue: Queue) -> None:
        if not is_allowed(job):
            log.error("job_refused", function=str(job.func_name)[:80])
            job.delete()
            return
        super().execute_job(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Give a sign of life, to a Valkey that was emptied meanwhile too: RQ writes who works once, at the start."""
        worker_registration.register(self, pipeline)
        super().heartbeat(timeout, pipeline)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        queue.request_stop()
        with suppress(RedisError):  # it would write down that it stops
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def stop_listening(self) -> None:
        """End the thread that waits for RQ's commands; left alone it would connect again for ever."""
        listening = getattr(self, "pubsub_thread", None)
        if listening is not None:
            listening.stop()


def is_allowed(job: Job) -> bool:
    """Whether this is one of our jobs, which take no arguments."""
    return job.func_name in queue.FUNCTIONS and not job.args and not job.kwargs


def work(settings: Settings, queues: Sequence[str] = tuple(QUEUES)) -> None:
    """Run one worker on some of the queues until it is told to stop."""
    configure_log()
    logging.getLogger("rq").setLevel(logging.WARNING)
    wiring.install(settings, pool_size=40)
    connection = queue.connect_worker(settings.queue_url)
    threading.Thread(target=_keep_timetable, name="timetable", daemon=True).start()
    with suppress(StopRequested):
        while not queue.stop_requested():
            if _answers(connection):
                _work_on(_new_worker(connection, queues))
            if not queue.stop_requested():
                time.sleep(_LOOK_FOR_VALKEY_S)


def _work_on(worker: Worker) -> None:
    """Run a worker until it is told to stop or has lost Valkey.

    Raises:
        SystemExit: it ended at once although Valkey answers; whoever started this process counts that.
    """
    begun = time.monotonic()
    try:
        worker.work(logging_level="WARNING")
    except (ConnectionError, TimeoutError) as error:
        log.warning("valkey_lost", reason=type(error).__name__)
    finally:
        worker.stop_listening()
    if not queue.stop_requested() and time.monotonic() - begun < _STAYED_S and _answers(worker.connection):
        log.error("worker_ended_at_once")
        raise SystemExit(1)


def _answers(connection: Redis) -> bool:
    try:
        return bool(connection.ping())
    except RedisError:
        return False


def _new_worker(connection: Redis, queues: Sequence[str]) -> Worker:
    """Return a worker; one that has lost Valkey ends, and another goes on in its place."""
    return Worker(
        [queue.queue(QUEUES[name], connection) for name in queues],
        name=f"fedconnect-{secrets.token_hex(6)}",
        connection=connection,
        serializer="json",
        worker_ttl=60,
        job_monitoring_interval=10,
        maintenance_interval=30,
        log_job_description=False,
    )


def _keep_timetable() -> None:
    """Ring for recurring jobs; every worker does, and Valkey sees to it that each rings once."""
    stop = threading.Event()
    while True:
        queue.enqueue_recurring()
        stop.wait(_LOOK_EVERY_S)
