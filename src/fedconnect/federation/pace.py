"""How many messages one server may send in a while; more are asked to come later, and lose nothing.

Counted a web process, after the signature, so that nobody uses up another server's share.
Ref: rate limits in docs/decisions/0003.
"""

from __future__ import annotations

import threading
import time

from sqlalchemy import exists, select

from fedconnect.foundation import database
from fedconnect.foundation.errors import TooMany
from fedconnect.models.board import Follow
from fedconnect.models.person import Person

WINDOW_S = 300
STRANGER_LIMIT = 300
FOLLOWER_LIMIT = 3000
_MOST_HOSTS = 10_000

_lock = threading.Lock()
_counts: dict[str, int] = {}
_window = 0


def keep_pace(host: str) -> None:
    """Count one message of a server.

    Raises:
        TooMany: over the limit for strangers, or for servers on which somebody follows a board.
    """
    count, wait_s = _count(host)
    if count <= STRANGER_LIMIT:
        return
    if count > FOLLOWER_LIMIT or not _is_followed_from(host):
        raise TooMany(f"{count} messages from {host}", retry_after_s=wait_s)


def forget_pace() -> None:
    """Begin to count anew (tests)."""
    with _lock:
        _counts.clear()


def _count(host: str) -> tuple[int, int]:
    global _window
    now = int(time.monotonic())
    with _lock:
        if now // WINDOW_S != _window or len(_counts) > _MOST_HOSTS:
            _window = now // WINDOW_S
            _counts.clear()
        _counts[host] = _counts.get(host, 0) + 1
        return _counts[host], WINDOW_S - now % WINDOW_S


def _is_followed_from(host: str) -> bool:
    with database.reading() as session:
        follower = exists().where(Follow.person_id == Person.id, Person.host == host)
        return bool(session.execute(select(follower)).scalar())
