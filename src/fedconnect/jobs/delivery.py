"""Drain the lanes of every host that has something due, a thread each."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from fedconnect.federation import delivery
from fedconnect.foundation import queue

_LONGEST_S = 20.0
_THREADS = 8


def run() -> None:
    """Send until no free lane has anything due."""
    until = time.monotonic() + _LONGEST_S
    queue.answer("delivery")
    with ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="lane") as lanes:
        while hosts := delivery.due_hosts():
            list(lanes.map(delivery.drain, hosts))
            if queue.stop_requested() or time.monotonic() > until:
                queue.ring("delivery")
                return
