"""The edge of every change: `with transaction()` writes, `with reading()` reads, nothing else commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import (
    CursorResult,
    Insert,
    Result,
    Table,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.errors import Busy

log = structlog.get_logger()
_thread = threading.local()


class NoSpace(Busy):
    """The disk of the database is full (503)."""

    safe = "The disk is full here. Nothing is lost; please come back later."


class ReadOnly(Busy):
    """The database can only be read at present (503)."""

    safe = "Nothing can be written here at present. Please come back later."


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
    """Enqueue a job once this transaction is committed; many rows, one job."""
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
        return clock.machine_now()  # the file's machine is ours
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
