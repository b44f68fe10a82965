"""Tell readers' browsers that something is new."""

from __future__ import annotations

import time

from fedconnect.accounts import web_push
from fedconnect.foundation import queue

_LONGEST_S = 40.0


def run() -> None:
    """Send until nobody waits to be told."""
    queue.clear("push")
    until = time.monotonic() + _LONGEST_S
    while web_push.send_due():
        if queue.stop_requested() or time.monotonic() > until:
            queue.enqueue_once("push")
            return
