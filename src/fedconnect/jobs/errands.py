"""Fetch what we meant to fetch, a few at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from fedconnect.federation import errands
from fedconnect.foundation import queue

_LONGEST_S = 20.0
_THREADS = 4


def run() -> None:
    """Do errands until none is due, in a few threads: another server's slowness is not everybody's."""
    queue.answer("errands")
    until = time.monotonic() + _LONGEST_S

    def work(_: int) -> None:
        while time.monotonic() < until and not queue.stop_requested() and errands.do_next():
            pass

    with ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="errand") as threads:
        list(threads.map(work, range(_THREADS)))
    if errands.is_due():
        queue.ring("errands")
