"""Drain the lanes of every host that has something due, a thread each; slow hosts share a few threads."""

from __future__ import annotations

import time
from functools import partial

from fedconnect.federation.outbound import delivery
from fedconnect.foundation import queue
from fedconnect.jobs.side_threads import Lanes

_LONGEST_S = 40.0
_LOOK_EVERY_S = 0.25
_THREADS = 24
_THREADS_FOR_SLOW = 8


def run() -> None:
    """Send until no free lane has anything due.

    While slow lanes are still at a message, the others go on: nobody waits for the slowest.
    """
    queue.clear("delivery")
    until = time.monotonic() + _LONGEST_S
    slow: set[str] = set()
    with Lanes("delivery", _THREADS) as lanes:
        while True:
            is_over = queue.stop_requested() or time.monotonic() > until
            if lanes.free and not (is_over and (not lanes.names or queue.stop_requested())):
                for host, is_slow in delivery.due_hosts(lanes.free, but=list(lanes.names)):
                    if is_slow:
                        if is_over or len(slow & lanes.names.keys()) >= _THREADS_FOR_SLOW:
                            continue
                        slow.add(host)
                    else:
                        slow.discard(host)
                    lanes.start(host, partial(_drain, host))
            if not lanes.names:
                break
            lanes.wait(_LOOK_EVERY_S)
    if is_over:
        queue.enqueue_once("delivery")


def _drain(host: str) -> None:
    delivery.drain(host)
