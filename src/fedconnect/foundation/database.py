"""The edge of every change: `with transaction()` writes, `with reading()` reads, nothing else commits."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Insert,
    Result,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Busy

log = structlog.get_logger()
_ANALYSED_ROWS = 400  # of each index
_CONNECTION_LIFE_S = 3600  # a new connection reads the statistics anew
_thread = threading.local()


class NoSpace(Busy):
    """The disk of the database is full (503)."""

    safe = "The disk is full here. Nothing is lost; please come back later."


class ReadOnly(Busy):
    """The database can only be read at present (503)."""

    safe = "Nothing can be written here at present. Please come back later."


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


def flush_log() -> None:
    """Bring SQLite's log of changes into its file and empty it, so that nothing deleted is left in it. Where somebody
    reads just now, it is done as far as that goes, and anew with the next checkpoint."""
    opened = installed()
    if not opened.is_sqlite:
        return
    connection = opened.writer.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


class _Installed:
    """What app, worker or command line put in place for this process."""

    database: Database | None = None
    handle: Callable[[Session], None] = staticmethod(lambda session: None)
    enqueue: Callable[[str], None] = staticmethod(lambda job: None)


def install(
    database: Database,
    *,
    handle: Callable[[Session], None] | None = None,
    enqueue: Callable[[str], None] | None = None,
) -> None:
    """Set this process's database, what follows from events, and what wakes the workers."""
    _Installed.database = database
    if handle is not None:
        _Installed.handle = staticmethod(handle)
    if enqueue is not None:
        _Installed.enqueue = staticmethod(enqueue)


def installed() -> Database:
    """Return this process's database."""
    if _Installed.database is None:
        raise RuntimeError("no database is installed: create_app(), a worker or a command does that")
    return _Installed.database


def is_open() -> bool:
    """Whether this thread has a transaction open; nothing may wait for the network then."""
    return getattr(_thread, "depth", 0) > 0


def handle_events(session: Session) -> None:
    """Run what follows from the events so far, where it must be undone together with what caused it."""
    _Installed.handle(session)


def enqueue_after_commit(session: Session, job: str) -> None:
    """Ring for a job once this transaction is committed; many rows, one bell."""
    session.info.setdefault("bells", set()).add(job)


class _Transaction(Session):
    """A short writing session that keeps what it has loaded, so that handlers need not ask again."""


@event.listens_for(_Transaction, "pending_to_persistent")
@event.listens_for(_Transaction, "loaded_as_persistent")
def _keep(session: Session, row: object) -> None:
    session.info.setdefault("kept", []).append(row)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one writing transaction of an edge: yield, handlers, commit, enqueue.

    Raises:
        Busy: the database did not answer or was locked; nothing was changed.
    """
    session = _Transaction(installed().writer, expire_on_commit=False)
    _thread.depth = getattr(_thread, "depth", 0) + 1
    try:
        with session:
            yield session
            _Installed.handle(session)
            session.commit()
    except DBAPIError as error:
        raise _foreseen(error) from error
    finally:
        _thread.depth -= 1
    for job in sorted(session.info.get("bells", ())):
        _Installed.enqueue(job)


@contextmanager
def read_transaction() -> Iterator[Session]:
    """Open a session that can only read; it serves every GET.

    Raises:
        Busy: the database did not answer.
    """
    session = Session(installed().reader, autoflush=False, expire_on_commit=False)
    _thread.depth = getattr(_thread, "depth", 0) + 1
    try:
        with session:
            yield session
    except OperationalError as error:
        raise Busy(f"database: {error.orig}") from error
    finally:
        _thread.depth -= 1


def check_writable() -> None:
    """Write a row as it is, and wait a second at most for whoever writes at present.

    Raises:
        NoSpace, ReadOnly, Busy: nothing can be written.
    """
    opened = installed()
    impatience = "PRAGMA busy_timeout=1000" if opened.is_sqlite else "SET lock_timeout='1s'"
    patience = "PRAGMA busy_timeout=10000" if opened.is_sqlite else "RESET lock_timeout"
    try:
        with opened.writer.connect() as connection:
            connection.connection.cursor().execute(impatience)
            try:
                with connection.begin():
                    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            finally:
                connection.connection.cursor().execute(patience)
    except DBAPIError as error:
        if "lock" not in str(error.orig):  # somebody else is writing, so it can be written
            raise _foreseen(error) from error


def _foreseen(error: DBAPIError) -> Exception:
    """Return what a failure of the database means for whoever asked, or the failure itself."""
    said = str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if "database or disk is full" in said or state == "53100":
        where = "the database's disk"
        if installed().is_sqlite:
            where = str(Path(installed().url.partition("sqlite:///")[2]).parent)
        log.error("database_not_writable", reason=f"no space left in {where}")
        return NoSpace(f"no space left in {where}")
    if "readonly database" in said or state == "25006":
        log.error("database_not_writable", reason="it is read-only")
        return ReadOnly("the database is read-only")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Busy(f"database: {error.orig}")
    return error


def database_now(session: Session) -> datetime:
    """Return the time by the database's clock, which all processes share; leases are counted by it."""
    if session.get_bind().dialect.name == "sqlite":
        return clock.now()  # the file's machine is ours
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def changed(result: Result[Any]) -> int:
    """Return how many rows an INSERT, UPDATE or DELETE changed."""
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def insert_or_skip(session: Session, table: Table) -> Insert:
    """Return an INSERT that leaves an existing row as it is (ON CONFLICT DO NOTHING) on either engine."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement: Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)  # or `changed` is -1 on PostgreSQL
