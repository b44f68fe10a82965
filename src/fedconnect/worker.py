"""RQ workers and the timetable. A worker runs only the jobs that foundation/queue names."""

from __future__ import annotations

import logging
import secrets
import threading
from types import FrameType

import structlog
from rq import Queue, SimpleWorker
from rq.job import Job

from fedconnect import wiring
from fedconnect.foundation import queue
from fedconnect.foundation.log import configure_log
from fedconnect.foundation.settings import Settings

log = structlog.get_logger()
SWEEP_EVERY_S = 15
UPKEEP_EVERY_S = 3600
HOMES_EVERY_S = 900
REMATCH_EVERY_S = 3600
COMPANIONS_EVERY_S = 45  # an author's no undoes boosts within a minute
HOURLY_EVERY_S = 3600
SAFEGUARDING_EVERY_S = 30
_ALLOWED = frozenset(queue.JOBS.values())


class Worker(SimpleWorker):
    """A worker without forks: jobs drain rows, so the cost of a fork would be paid for nothing."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        if job.func_name not in _ALLOWED or job.args or job.kwargs:
            log.error("job_refused", function=str(job.func_name)[:80])
            job.delete()
            return
        super().execute_job(job, queue)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        queue.request_stop()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def work(settings: Settings) -> None:
    """Run one worker until it is told to stop."""
    configure_log()
    logging.getLogger("rq").setLevel(logging.WARNING)
    wiring.install(settings)
    connection = queue.connect(settings.queue_url)
    threading.Thread(target=_keep_timetable, name="timetable", daemon=True).start()
    worker = Worker(
        [queue.queue()],
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
        queue.once_every("sweep", SWEEP_EVERY_S)
        queue.once_every("upkeep", UPKEEP_EVERY_S)
        queue.once_every("homes", HOMES_EVERY_S)
        queue.once_every("rematch", REMATCH_EVERY_S)
        queue.once_every("companions", COMPANIONS_EVERY_S)
        queue.once_every("hourly", HOURLY_EVERY_S)
        queue.once_every("safeguarding", SAFEGUARDING_EVERY_S)
        stop.wait(SWEEP_EVERY_S / 3)
