"""How often something was met in the present window: the one way in which anything is limited in a process."""

from __future__ import annotations

import threading
import time

_MOST_NAMES = 10_000


class Count:
    """Counts by name; a bounded table that begins anew with each window, shared by threads."""

    def __init__(self, window_s: int) -> None:
        self.window_s = window_s
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def meet(self, name: str) -> tuple[int, int]:
        """Return how often, this time included, and the seconds until the next window."""
        now = int(time.monotonic())
        with self._lock:
            if now // self.window_s != self._window or len(self._counts) > _MOST_NAMES:
                self._window = now // self.window_s
                self._counts.clear()
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name], self.window_s - now % self.window_s

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self._counts.clear()
