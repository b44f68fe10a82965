"""Ask home servers, once a day each, whether readers' accounts and our permissions still stand; and give
back tokens that nobody needs any more."""

from __future__ import annotations

import time

from fedconnect.accounts import grants, unkept_tokens
from fedconnect.foundation import fetch, queue

_LONGEST_S = 40.0


def run() -> None:
    """Check what is due."""
    queue.clear("homes")
    until = time.monotonic() + _LONGEST_S
    while time.monotonic() < until and not queue.stop_requested():
        with fetch.time_limit(10.0):
            if not (grants.check_next() or grants.give_back_next() or unkept_tokens.give_back_next()):
                return
    queue.enqueue_once("homes")
