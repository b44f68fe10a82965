"""One database, SQLite or PostgreSQL, with a way for writing and one that can only read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    create_engine,
    event,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from fedconnect.foundation.errors import Busy

_ANALYSED_ROWS = 400  # of each index


_CONNECTION_LIFE_S = 3600  # a new connection reads the statistics anew


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, timestamptz in PostgreSQL, ISO text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One database, with a road for writing and a road that can only read."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", query_only=False, pool_size=pool_size)
            self.reader = _sqlite_engine(url, begin="BEGIN", query_only=True, pool_size=pool_size)
        else:
            self.writer = create_engine(
                url,
                pool_size=pool_size,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"connect_timeout": 5},
            )
            self.reader = self.writer.execution_options(postgresql_readonly=True)
            event.listen(self.writer, "handle_error", _tell_no_row)
            event.listen(self.writer, "connect", _keep_commits)

    def refresh_statistics(self) -> None:
        """Let SQLite know how its tables have grown; PostgreSQL finds out by itself.

        What `PRAGMA optimize` does, which before SQLite 3.46 looks only at tables that its own connection has
        used. A table at a time and a few hundred rows of each index, so that the write lock is held for milliseconds.

        Raises:
            Busy: somebody else wrote all the time.
        """
        if not self.is_sqlite:
            return
        raw = self.writer.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA analysis_limit={_ANALYSED_ROWS}")
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
                " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'search!_words%' ESCAPE '!'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f'ANALYZE "{table}"')
            cursor.execute("PRAGMA optimize")
        except sqlite3.OperationalError as error:
            raise Busy(f"database: {error}") from error
        finally:
            raw.close()

    def keeps_commits(self) -> bool:
        """Whether what was committed outlives a power cut; PostgreSQL can be told not to mind (`fsync = off`)."""
        if self.is_sqlite:
            return True
        with self.reader.connect() as connection:
            return connection.exec_driver_sql("SHOW fsync").scalar() == "on"

    def dispose(self) -> None:
        """Close every connection (after a fork, at the end)."""
        self.writer.dispose()
        self.reader.dispose()


def _keep_commits(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Let a commit be on PostgreSQL's disk before we say so, also where the server is told not to wait: a 202 is a
    promise. A crash of one of its processes loses such commits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _tell_no_row(context: ExceptionContext) -> None:
    """Take the row out of what PostgreSQL says went wrong with it: errors are logged, and rows are people's words."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(
                one.partition("\nDETAIL:")[0] if isinstance(one, str) else one for one in error.args
            )


def _sqlite_engine(url: str, *, begin: str, query_only: bool, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        pool_recycle=_CONNECTION_LIFE_S,
        hide_parameters=True,  # an error that is logged tells no words
        connect_args={"timeout": 10, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a 202 is a promise, also over a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten in the file
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
