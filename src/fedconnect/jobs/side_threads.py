"""Threads beside a job's main loop: what waits for another server holds up nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType

import structlog

log = structlog.get_logger()


class Lanes:
    """A bounded number of threads, each busy in somebody's name; leaving the block waits for all of them."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._busy: dict[Future[None], str] = {}

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)

    @property
    def free(self) -> int:
        """How many threads have nothing to do."""
        return self._threads - len(self._busy)

    @property
    def names(self) -> Counter[str]:
        """In whose names threads are busy, and how many in each."""
        return Counter(self._busy.values())

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Let a free thread do something in somebody's name; what it raises is logged."""
        self._busy[self._pool.submit(_logged, name, work)] = name

    def wait(self, seconds: float) -> None:
        """Wait until a thread is done, or for so long."""
        done, _ = wait(self._busy, timeout=seconds, return_when=FIRST_COMPLETED)
        for one in done:
            del self._busy[one]


def _logged(name: str, work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        log.exception("lane_failed", lane=name)
