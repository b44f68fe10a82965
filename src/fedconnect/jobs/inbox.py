"""Handle received activities until none is due."""

from __future__ import annotations

import time

from fedconnect.federation import intake
from fedconnect.foundation import queue

_LONGEST_S = 20.0


def run() -> None:
    """Claim and process batches; when a full batch was found, ring so that another worker joins in."""
    until = time.monotonic() + _LONGEST_S
    queue.answer("inbox")
    while batch := intake.claim():
        full = len(batch) == intake.BATCH
        if full:
            queue.ring("inbox")
        intake.process(batch)
        if queue.stop_requested() or time.monotonic() > until:
            queue.ring("inbox")
            return
