"""A process's memory of a few things: each entry has a life, and their number a bound."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """A small table shared by threads; an entry is forgotten after `life_s` seconds."""

    def __init__(self, life_s: float, most: int = 10_000) -> None:
        self.life_s = life_s
        self.most = most
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> Value | None:
        """Return what is remembered under a name, or None."""
        with self._lock:
            found = self._entries.get(name)
            return found[1] if found is not None and found[0] > time.monotonic() else None

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
