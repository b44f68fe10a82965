"""Which threads readers have open: kept in memory and written down at most once a second a process."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog

from fedconnect.forum import seen
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Busy

log = structlog.get_logger()
_EVERY_S = 1.0
_lock = threading.Lock()
_visits: dict[tuple[int, int], datetime] = {}
_timer: threading.Timer | None = None


def note(reader_id: int, thread_id: int) -> None:
    """Remember that a reader has a thread open; written within a second."""
    global _timer
    with _lock:
        _visits[reader_id, thread_id] = clock.now()
        if _timer is None:
            _timer = threading.Timer(_EVERY_S, write)
            _timer.daemon = True
            _timer.start()


def write() -> None:
    """Write down what was seen since the last time."""
    global _timer
    with _lock:
        if _timer is not None:
            _timer.cancel()
        _timer = None
        visits = dict(_visits)
        _visits.clear()
    if not visits:
        return
    try:
        with database.transaction() as session:
            seen.note_seen(session, visits)
    except Busy:
        with _lock:
            for place, at in visits.items():
                _visits.setdefault(place, at)  # with the next ones
    except Exception:
        log.exception("visits_lost", count=len(visits))  # a thread or reader that is gone


def forget() -> None:
    """Drop what is not written down yet (tests)."""
    with _lock:
        _visits.clear()
