"""Ids that sort by time and fit into a signed 64-bit column."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime

from fedconnect.foundation import clock

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01, so that 41 bits last until 2093
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """Return a new id: 41 bits of milliseconds, 22 bits that never repeat within this process."""
    global _last
    with _lock:
        fresh = ((time.time_ns() // 1_000_000 + clock.shift_ms() - _EPOCH_MS) << 22) | secrets.randbits(22)
        _last = fresh if fresh > _last else _last + 1
        return _last


def begin_anew() -> None:
    """Let ids be of the present moment though the clock was shifted back: a process that goes on from an id ahead of its
    clock would count up from there, and so would every copy that is forked from it."""
    global _last
    with _lock:
        _last = 0


def first_id_at(moment: datetime) -> int:
    """Return the least id that something could have got at a moment: what has a smaller one came before it."""
    return max(0, (int(moment.timestamp() * 1000) - _EPOCH_MS) << 22)


def moment_of(known: int) -> datetime:
    """Return when an id was made."""
    return datetime.fromtimestamp(((known >> 22) + _EPOCH_MS) / 1000, UTC)


def parse_id(text: str) -> int | None:
    """Return the id that a path segment names, or None where it cannot be one."""
    if len(text) > 19 or not text.isascii() or not text.isdigit():
        return None
    number = int(text)
    return number if 0 < number < 1 << 63 else None
