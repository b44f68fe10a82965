"""How many messages one server may send in a while; more are asked to come later, and lose nothing.

Counted a web process, after the signature, so that nobody uses up another server's share.
Ref: rate limits in docs/decisions/0003.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exists, select

from fedconnect.foundation import database
from fedconnect.foundation.counts import Count
from fedconnect.foundation.errors import Busy, TooMany
from fedconnect.models.board import Follow
from fedconnect.models.person import Person

WINDOW_S = 300
STRANGER_LIMIT = 300
FOLLOWER_LIMIT = 3000
KEY_FETCH_WINDOW_S = 60
KEY_FETCH_LIMIT = 600


WAIT_AT_ONCE = 4
KNOCK_LIMIT = 30
_waiting = threading.BoundedSemaphore(WAIT_AT_ONCE)


@contextmanager
def waiting_for_others() -> Iterator[None]:
    """Let at most four threads of a process wait for other servers while a reader looks on.

    Raises:
        Busy: four are waiting already.
    """
    if not _waiting.acquire(timeout=1):
        raise Busy("too many readers wait for other servers")
    try:
        yield
    finally:
        _waiting.release()


_messages = Count(WINDOW_S)
_key_fetches = Count(KEY_FETCH_WINDOW_S)
_knocks = Count(KEY_FETCH_WINDOW_S)


def keep_pace(host: str) -> None:
    """Count one proven message of a server.

    Raises:
        TooMany: over the limit for strangers, or for servers on which somebody follows a board.
    """
    count, wait_s = _messages.meet(host)
    if count <= STRANGER_LIMIT:
        return
    if count > FOLLOWER_LIMIT or not _is_followed_from(host):
        raise TooMany(f"{count} messages from {host}", retry_after_s=wait_s)


def spare(host: str) -> None:
    """Count one key that we are about to fetch: unproven messages must not make us a burden to others.

    Raises:
        Busy: this server was asked for too many keys within a minute.
    """
    count, _ = _key_fetches.meet(host)
    if count > KEY_FETCH_LIMIT:
        raise Busy(f"{count} keys of {host} in a minute")


def knock(domain: str) -> None:
    """Count one question to a server that somebody who is not signed in made us ask.

    Raises:
        Busy: everything under this registrable domain was asked thirty times within a minute.
    """
    count, _ = _knocks.meet(domain)
    if count > KNOCK_LIMIT:
        raise Busy(f"{count} questions to {domain} in a minute")


def forget_pace() -> None:
    """Begin to count anew (tests)."""
    _messages.clear()
    _key_fetches.clear()
    _knocks.clear()


def _is_followed_from(host: str) -> bool:
    with database.reading() as session:
        follower = exists().where(Follow.person_id == Person.id, Person.host == host)
        return bool(session.execute(select(follower)).scalar())
