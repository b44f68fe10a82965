"""The edge of every change: all of it or nothing, bells only for what was committed, and what a failure means."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import BoardUnfollowed
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import NoSpace, ReadOnly
from fedconnect.foundation.errors import Busy, Malformed
from fedconnect.models.base import table_of
from fedconnect.models.instance import Instance
from support.unit import Unit


def hosts() -> list[str]:
    with database.read_transaction() as session:
        return list(session.execute(select(Instance.host)).scalars())


def add(host: str, error: Exception | None = None) -> None:
    """Write a row and ring for a job, in a transaction that may end in an error."""
    with database.transaction() as session:
        session.add(Instance(host=host))
        session.flush()
        database.enqueue_after_commit(session, "inbox")
        if error is not None:
            raise error


def test_whatever_is_raised_leaves_no_row_and_wakes_nobody(unit: Unit) -> None:
    with pytest.raises(Malformed):
        add("a.example", Malformed("no"))
    assert hosts() == []
    assert unit.jobs == []
    assert not database.is_open()


def test_a_reaction_that_fails_undoes_what_caused_it(unit: Unit) -> None:
    def react(session: Session) -> None:
        raise ZeroDivisionError

    database.install(database.installed(), handle=react)
    with pytest.raises(ZeroDivisionError):
        add("a.example")
    assert hosts() == []
    assert unit.jobs == []


def test_many_rows_ring_one_bell_a_job_and_only_once_they_can_be_seen(unit: Unit) -> None:
    rung: list[tuple[str, list[str]]] = []
    database.install(database.installed(), enqueue=lambda job: rung.append((job, hosts())))
    with database.transaction() as session:
        session.add(Instance(host="a.example"))
        for job in ("push", "inbox", "push"):
            database.enqueue_after_commit(session, job)
        assert rung == []
    assert rung == [("inbox", ["a.example"]), ("push", ["a.example"])]


def test_reactions_run_before_the_commit_and_may_write_too(unit: Unit) -> None:
    database.install(
        database.installed(), handle=lambda session: session.add(Instance(host="follows.example"))
    )
    with database.transaction() as session:
        session.add(Instance(host="a.example"))
    assert sorted(hosts()) == ["a.example", "follows.example"]


def test_installing_another_database_keeps_reactions_and_bells(unit: Unit) -> None:
    database.install(database.installed())
    with database.transaction() as session:
        events.emit(session, BoardUnfollowed("https://home.example/follows/1", 1))
        database.enqueue_after_commit(session, "push")
    assert unit.jobs == ["push"]
    assert unit.of(BoardUnfollowed) == [BoardUnfollowed("https://home.example/follows/1", 1)]


def test_a_thread_knows_whether_it_has_a_transaction_open(unit: Unit) -> None:
    assert not database.is_open()
    with database.read_transaction():
        with database.read_transaction():
            assert database.is_open()
        assert database.is_open(), "the outer one still is"
    assert not database.is_open()
    with database.transaction():
        assert database.is_open()
    assert not database.is_open()


def test_a_reader_cannot_write(unit: Unit) -> None:
    with pytest.raises(Busy), database.read_transaction() as session:
        session.execute(insert(Instance).values(host="a.example"))
    assert hosts() == []


def test_a_rule_of_a_table_that_is_broken_is_no_busy_database(unit: Unit) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add_all([Instance(host="a.example"), Instance(host="a.example")])
    assert hosts() == []


def test_what_lies_in_the_log_of_changes_is_brought_into_the_file(unit: Unit) -> None:
    path = Path(database.installed().url.partition("sqlite:///")[2])
    with database.transaction() as session:
        session.add(Instance(host="a.example"))
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size > 0
    database.flush_log()
    assert log.stat().st_size == 0


@pytest.mark.parametrize(
    ("said", "sqlstate", "means"),
    [
        ("database or disk is full", None, NoSpace),
        ("could not extend file", "53100", NoSpace),
        ("attempt to write a readonly database", None, ReadOnly),
        ("cannot execute UPDATE in a read-only transaction", "25006", ReadOnly),
        ("database is locked", None, Busy),
        ("connection refused", "08006", Busy),
    ],
)
def test_what_a_failure_means_for_whoever_asked(
    unit: Unit, said: str, sqlstate: str | None, means: type[Exception]
) -> None:
    original = type("DriverError", (Exception,), {"sqlstate": sqlstate})(said)
    assert type(database._foreseen(OperationalError("UPDATE", {}, original))) is means


def test_a_connection_that_was_lost_is_busy_and_a_mistake_of_ours_is_one(unit: Unit) -> None:
    mistake = ProgrammingError("SELECT", {}, Exception("no such column"))
    assert database._foreseen(mistake) is mistake
    lost = ProgrammingError("SELECT", {}, Exception("closed"), connection_invalidated=True)
    assert type(database._foreseen(lost)) is Busy


def test_where_the_disk_is_full_is_said_without_telling_the_reader(unit: Unit) -> None:
    full = database._foreseen(
        OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
    )
    folder = str(Path(database.installed().url.partition("sqlite:///")[2]).parent)
    assert isinstance(full, NoSpace)
    assert folder in full.detail
    assert folder not in full.safe


def test_a_database_that_can_be_written_is_left_as_it_is(unit: Unit) -> None:
    database.check_writable()
    with database.installed().writer.connect() as connection:
        connection.connection.cursor().execute("PRAGMA query_only=ON")
    with pytest.raises(ReadOnly):
        database.check_writable()


def test_a_row_that_is_there_already_stays_as_it_is(session: Session) -> None:
    for software in ("first", "second"):
        done = session.execute(
            database.insert_or_skip(session, table_of(Instance)).values(
                id=7,
                host="a.example",
                policy="open",
                software=software,
                handle_host="",
                failures=0,
                bad_days=0,
            )
        )
        assert database.changed(done) == (software == "first")
    assert session.execute(select(Instance.software)).scalar_one() == "first"


def test_how_many_rows_were_changed(session: Session) -> None:
    session.add_all([Instance(host="a.example"), Instance(host="b.example")])
    session.flush()
    assert database.changed(session.execute(update(Instance).values(failures=1))) == 2
    assert database.changed(session.execute(delete(Instance).where(Instance.host == "c.example"))) == 0


def test_nothing_is_opened_before_a_database_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database._Installed, "database", None)
    with pytest.raises(RuntimeError, match="no database is installed"):
        database.installed()


def test_the_clock_of_a_file_is_ours(session: Session) -> None:
    assert abs(database.database_now(session) - clock.now()) < timedelta(seconds=1)
