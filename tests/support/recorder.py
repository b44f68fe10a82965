"""What a database is asked, where, and for how long its write lock is held."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from fedconnect.foundation.database_engine import Database

_STEPS_A_TICK = 500


@dataclass(slots=True)
class Asked:
    """One statement: what asked it, whether the write lock was held, and how many steps SQLite took."""

    by: str
    statement: str
    parameters: Any
    is_writing: bool
    steps: int = 0


@dataclass
class Recorder:
    """Everything that was asked of a SQLite database; `by` names who asks at the moment.

    `held_ms` is the work that was done while the write lock was held: the machine may be busy with something else, and
    what would wait for another server raises inside of a transaction.
    """

    by: str = ""
    asked: list[Asked] = field(default_factory=list)
    held_ms: list[tuple[str, float]] = field(default_factory=list)
    _here: threading.local = field(default_factory=threading.local)

    def first_of_each(self) -> list[Asked]:
        """Return each statement once for whoever asked it, with the most steps that it took."""
        found: dict[tuple[str, str, bool], Asked] = {}
        for one in self.asked:
            key = (one.by, one.statement, one.is_writing)
            if key not in found or found[key].steps < one.steps:
                found[key] = one
        return list(found.values())

    def watch(self, engine: Engine, *, writes: bool) -> None:
        """Listen to an engine for as long as it lives."""

        @event.listens_for(engine, "connect")
        def on_connect(raw: Any, _entry: ConnectionPoolEntry) -> None:
            raw.set_progress_handler(self._tick, _STEPS_A_TICK)

        @event.listens_for(engine, "before_cursor_execute")
        def before(
            connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:
            one = Asked(self.by, statement, parameters[0] if many and parameters else parameters, writes)
            self._here.asked = one  # rows are fetched after it, at its cost
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
                self.asked.append(one)

        @event.listens_for(engine, "begin")
        def on_begin(connection: Connection) -> None:
            connection.info["began"] = time.thread_time()

        @event.listens_for(engine, "checkin")
        def on_checkin(_raw: Any, entry: ConnectionPoolEntry) -> None:
            self._here.asked = None  # what a connection does past SQLAlchemy is nobody's statement
            if (began := entry.info.pop("began", None)) is not None and writes:
                self.held_ms.append((self.by, (time.thread_time() - began) * 1000))

    def _tick(self) -> int:
        if (one := getattr(self._here, "asked", None)) is not None:
            one.steps += _STEPS_A_TICK
        return 0


def record(database: Database) -> Recorder:
    """Record what both engines of a database are asked from now on; connections from before are dropped."""
    recorder = Recorder()
    database.dispose()
    recorder.watch(database.writer, writes=True)
    recorder.watch(database.reader, writes=False)
    return recorder
