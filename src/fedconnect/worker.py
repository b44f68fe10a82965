"""RQ workers and the timetable. A worker runs only the jobs that foundation/queue names."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Sequence
from types import FrameType

import structlog
from rq import Queue, SimpleWorker
from rq.job import Job

from fedconnect import wiring
from fedconnect.foundation import queue
from fedconnect.foundation.log import configure_log
from fedconnect.foundation.settings import Settings

log = structlog.get_logger()
QUEUES = {"general": queue.GENERAL, "delivery": queue.DELIVERY}
_LOOK_EVERY_S = 5.0


class Worker(SimpleWorker):
    """A worker without forks: jobs drain rows, so the cost of a fork would be paid for nothing."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        if not is_allowed(job):
            log.error("job_refused", function=str(job.func_name)[:80])
            job.delete()
            return
        super().execute_job(job, queue)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        queue.request_stop()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


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
    worker = Worker(
        [queue.queue(QUEUES[name], connection) for name in queues],
        name=f"fedconnect-{secrets.token_hex(6)}",
        connection=connection,
        serializer="json",
        worker_ttl=60,
        job_monitoring_interval=10,
        maintenance_interval=30,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")


def _keep_timetable() -> None:
    """Ring for recurring jobs; every worker does, and Valkey sees to it that each rings once."""
    stop = threading.Event()
    while True:
        queue.keep_timetable()
        stop.wait(_LOOK_EVERY_S)
