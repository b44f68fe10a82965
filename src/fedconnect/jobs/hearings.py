"""New posts find their people; hearings whose time is over end."""

from __future__ import annotations

import time

from fedconnect.foundation import queue
from fedconnect.jobs import sweep
from fedconnect.surfacing.hearing import scheduling

_LONGEST_S = 40.0


def run() -> None:
    """Place posts until none waits."""
    queue.clear("hearings")
    sweep.mind_the_clock()  # after an outage no hearing ends before it has its time back
    until = time.monotonic() + _LONGEST_S
    scheduling.end_overdue()
    while time.monotonic() < until and scheduling.encode_edited() and not queue.stop_requested():
        pass
    supplies = scheduling.supplies_now()
    while scheduling.place_next(supplies):
        if queue.stop_requested() or time.monotonic() > until:
            queue.enqueue_once("hearings")
            return
