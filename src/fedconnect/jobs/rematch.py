"""Match every reader with the posts of all boards anew, a slice at a time."""

from __future__ import annotations

import time

from fedconnect.foundation import queue
from fedconnect.surfacing.hearing import rematching

_LONGEST_S = 40.0


def run() -> None:
    """Go on with the rematch until it is done; what is left is taken up by the next job."""
    queue.clear("rematch")
    until = time.monotonic() + _LONGEST_S
    rematching.begin_or_go_on()
    while rematching.match_next():
        if queue.stop_requested() or time.monotonic() > until:
            queue.enqueue_once("rematch")
            return
