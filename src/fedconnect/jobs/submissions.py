"""Carry out what readers asked for where the web process could not: the home server was away, or we died."""

from __future__ import annotations

import time

from fedconnect.foundation import fetch, queue
from fedconnect.home_servers import submissions

_LONGEST_S = 40.0


def run() -> None:
    """Carry out what is due."""
    queue.clear("submissions")
    until = time.monotonic() + _LONGEST_S
    while time.monotonic() < until and not queue.stop_requested():
        with fetch.time_limit(20.0):
            if not submissions.process_next():
                return
    queue.enqueue_once("submissions")
