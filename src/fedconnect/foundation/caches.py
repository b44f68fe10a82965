"""A process's memory of a few things: each entry has a life, and their number a bound."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")
Empty = Callable[[], None]
_every: WeakSet[TTLCache[Any]] = WeakSet()
_others: list[Empty] = []


def cleared_with_all(empty: Empty) -> Empty:
    """Let `clear_all` call this too: what empties a memory of another shape (a decorator)."""
    _others.append(empty)
    return empty


def clear_all() -> None:
    """Empty every memory of this process, so that the next forum in it begins as a new process would (tests)."""
    for memory in list(_every):
        memory.clear()
    for empty in _others:
        empty()


class TTLCache(Generic[Value]):
    """A small table shared by threads; an entry is forgotten after `life_s` seconds."""

    def __init__(self, life_s: float, most: int = 10_000) -> None:
        self.life_s = life_s
        self.most = most
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = threading.Lock()
        _every.add(self)

    def get(self, name: str) -> Value | None:
        """Return what is remembered under a name, or None."""
        with self._lock:
            found = self._entries.get(name)
            return found[1] if found is not None and found[0] > time.monotonic() else None

    def get_all(self, names: Sequence[str]) -> list[Value | None]:
        """Return what is remembered under some names, in their order."""
        with self._lock:
            now, found = time.monotonic(), [self._entries.get(name) for name in names]
            return [one[1] if one is not None and one[0] > now else None for one in found]

    def put(self, name: str, value: Value) -> None:
        """Remember something; the oldest is forgotten where there are too many."""
        with self._lock:
            self._entries[name] = (time.monotonic() + self.life_s, value)
            self._entries.move_to_end(name)
            while len(self._entries) > self.most:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
