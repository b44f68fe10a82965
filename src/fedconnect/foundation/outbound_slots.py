"""How many threads of a process may wait for other servers at once: what is slow elsewhere is not to stop what is here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fedconnect.foundation import fetch
from fedconnect.foundation.errors import Busy

SLOTS = 4
STRANGERS_SLOTS = 3
QUEUE_FOR_SLOTS = 4
LONGEST_S = 10.0
_slots = threading.BoundedSemaphore(SLOTS)
_strangers_slots = threading.BoundedSemaphore(STRANGERS_SLOTS)
_queue = threading.BoundedSemaphore(QUEUE_FOR_SLOTS)


@contextmanager
def outbound_slot(*, known: bool = True, seconds: float = LONGEST_S) -> Iterator[None]:
    """Let at most four threads of a process wait for other servers, one of them kept for who is `known`.

    All that is asked within takes `seconds` at most, whatever it allows itself. Four more threads may wait a second for a slot.

    Raises:
        Busy: no slot is free.
    """
    with slot(known=known, patient=True), fetch.time_limit(seconds):
        yield


@contextmanager
def slot(*, known: bool, patient: bool) -> Iterator[None]:
    """Hold one slot: any of four where who asks is `known`, else one of three. Who is not `patient` does not wait.

    Raises:
        Busy: no slot is free.
    """
    wanted = [_slots] if known else [_strangers_slots, _slots]
    taken: list[threading.BoundedSemaphore] = []
    try:
        for one in wanted:
            if not (one.acquire(blocking=False) or (patient and _wait_for(one))):
                raise Busy("too many threads wait for other servers")
            taken.append(one)
        yield
    finally:
        for one in reversed(taken):
            one.release()


def _wait_for(slot: threading.BoundedSemaphore) -> bool:
    if not _queue.acquire(blocking=False):
        return False
    try:
        return slot.acquire(timeout=1)
    finally:
        _queue.release()
