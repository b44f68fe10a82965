"""Fetch what we meant to fetch, a few at a time."""

from __future__ import annotations

import time

from fedconnect.federation.backfill import fetch_handlers
from fedconnect.foundation import durable, queue
from fedconnect.jobs.side_threads import Lanes

_LONGEST_S = 20.0
_THREADS = 8


def run() -> None:
    """Do fetch tasks until none is due, in a few threads: another server's slowness is not everybody's."""
    queue.clear("backfill")
    until = time.monotonic() + _LONGEST_S

    def work() -> None:
        while time.monotonic() < until and not queue.stop_requested() and fetch_handlers.run_next():
            pass

    with Lanes("backfill", _THREADS) as lanes:
        for number in range(_THREADS):
            lanes.start(str(number), work)
    if durable.is_due(fetch_handlers.FETCH_TASKS):
        queue.enqueue_once("backfill")
