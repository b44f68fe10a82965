"""Rate limits: how often something may happen in a while, counted together by all processes.

Each is declared once, with a name. Counts lie in Valkey, in one bounded hash for each limit and window, and
expire with it; while Valkey is away or hung, each process counts for itself. A window slides: what happened
in the former one counts less and less, and what was refused does not count, so that every limit forgives.
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from fedconnect.foundation import caches

log = structlog.get_logger()
#: Every limit that was declared, by its name.
DECLARED: dict[str, RateLimit] = {}

MOST_NAMES = 10_000  # of one limit in one window; further ones share a thousand places
_SHARED_PLACES = 1000
_VALKEY_WAIT_S = 0.3
_PAUSE_S = 10.0

# KEYS: the limit. ARGV: place, window in ms, the most, most places, a shared place, one (or 0 to look). Returns ms to wait, or 0.
_TAKE = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local window = tonumber(ARGV[2])
local number = math.floor(ms / window)
local key = KEYS[1] .. ':' .. number
local place = ARGV[1]
local count = tonumber(redis.call('HGET', key, place) or '0')
if count == 0 and redis.call('HLEN', key) >= tonumber(ARGV[4]) then
  place = ARGV[5]
  count = tonumber(redis.call('HGET', key, place) or '0')
end
local before = tonumber(redis.call('HGET', KEYS[1] .. ':' .. (number - 1), place) or '0')
local share = 1 - (ms % window) / window
if before * share + count + 1 > tonumber(ARGV[3]) + 0.000001 then
  return window - ms % window
end
if tonumber(ARGV[6]) > 0 then
  redis.call('HINCRBY', key, place, 1)
  redis.call('PEXPIRE', key, 2 * window)
end
return 0
"""


class _Place:
    key = b""  # an address in a count cannot be told without our secret


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` of each name in a window of `window_s` seconds."""

    name: str
    most: int
    window_s: int

    def __post_init__(self) -> None:
        DECLARED[self.name] = self

    def take(self, name: str, *, times: float = 1) -> int:
        """Count one; return 0, or the seconds to wait where it is one too many (and is not counted).

        `times` widens the limit for this name, such as for a whole network of askers.
        """
        return self._count(name, int(self.most * times), 1)

    def peek(self, name: str, *, times: float = 1) -> int:
        """Return what `take` would, and count nothing."""
        return self._count(name, int(self.most * times), 0)

    def used(self, name: str) -> bool:
        """Whether anything of this name was counted lately."""
        return self._count(name, 1, 0) > 0

    def _count(self, name: str, most: int, one: int) -> int:
        place = hashlib.blake2b(name.encode(), key=_Place.key, digest_size=12).hexdigest()
        wait_ms = _shared.take(self, place, most, one)
        if wait_ms is None:
            wait_ms = _own.take(self, place, most, one)
        return -(-wait_ms // 1000)


class _InProcess:
    """Counts of this process, for while Valkey is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, dict[str, int], dict[str, int]]] = {}

    def take(self, limit: RateLimit, place: str, most: int, one: int) -> int:
        ms, window = int(time.time() * 1000), limit.window_s * 1000
        number = ms // window
        with self._lock:
            counted, counts, before = self._windows.get(limit.name, (number, {}, {}))
            if counted != number:
                counts, before = {}, counts if counted == number - 1 else {}
            self._windows[limit.name] = (number, counts, before)
            if place not in counts and len(counts) >= MOST_NAMES:
                place = _shared_place(place)
            weight = before.get(place, 0) * (1 - (ms % window) / window)
            if weight + counts.get(place, 0) + 1 > most + 1e-6:
                return window - ms % window
            if one:
                counts[place] = counts.get(place, 0) + 1
            return 0

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()


class _InValkey:
    """Counts of all processes; after one that is not answered in 0.3 s, Valkey is left alone for ten seconds."""

    def __init__(self) -> None:
        self._redis: Redis | None = None
        self._script: Any = None
        self._rests_until = 0.0
        self._trying = threading.Lock()

    def connect(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=_VALKEY_WAIT_S,
            socket_connect_timeout=_VALKEY_WAIT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = self._redis.register_script(_TAKE)
        self._rests_until = 0.0

    def take(self, limit: RateLimit, place: str, most: int, one: int) -> int | None:
        if self._redis is None:
            return None
        if not self._rests_until:
            return self._ask(limit, place, most, one)
        if time.monotonic() < self._rests_until or not self._trying.acquire(blocking=False):
            return None
        try:
            return self._ask(limit, place, most, one)  # one thread tries whether it is back
        finally:
            self._trying.release()

    def _ask(self, limit: RateLimit, place: str, most: int, one: int) -> int | None:
        arguments = [place, limit.window_s * 1000, most, MOST_NAMES, _shared_place(place), one]
        try:
            wait_ms = int(self._script(keys=[f"limit:{limit.name}"], args=arguments))
        except RedisError as error:
            if not self._rests_until:
                log.warning("limits_counted_alone", reason=type(error).__name__)
            self._rests_until = time.monotonic() + _PAUSE_S
            return None
        self._rests_until = 0.0
        return wait_ms

    def is_reachable(self) -> bool:
        """Whether Valkey answers within a third of a second."""
        try:
            return self._redis is not None and bool(self._redis.ping())
        except RedisError:
            return False

    def has_workers(self) -> bool:
        """Whether a worker's heartbeat is younger than its life. Ref: RQ's keys, `rq:worker:*`."""
        try:
            names = self._redis.smembers("rq:workers") if self._redis is not None else set()
            return any(self._redis.exists(name) for name in names if self._redis is not None)
        except RedisError:
            return False

    def clear(self) -> None:
        self._rests_until = 0.0
        if self._redis is not None:
            try:
                for key in self._redis.scan_iter("limit:*"):
                    self._redis.delete(key)
            except RedisError as error:
                log.warning("limits_not_cleared", reason=type(error).__name__)


_own = _InProcess()
_shared = _InValkey()


def connect(url: str, secret: bytes) -> None:
    """Count together with the other processes that use this Valkey; names are kept as digests with our secret."""
    _Place.key = hashlib.blake2b(b"counts" + secret, digest_size=32).digest()
    _shared.connect(url)


def is_reachable() -> bool:
    """Whether Valkey answers within a third of a second."""
    return _shared.is_reachable()


def has_workers() -> bool:
    """Whether a worker has given a sign of life lately."""
    return _shared.has_workers()


@caches.cleared_with_all
def forget() -> None:
    """Begin every limit anew (tests)."""
    _own.clear()
    _shared.clear()


def _shared_place(place: str) -> str:
    return f"shared{int(place, 16) % _SHARED_PLACES}"
