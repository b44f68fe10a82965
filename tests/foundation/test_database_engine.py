"""One database with two roads: what each connection is told when it opens, and what a failure may say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from fedconnect.foundation import database, database_engine
from fedconnect.foundation.database_engine import Database, Instant
from fedconnect.foundation.errors import Busy
from fedconnect.models.instance import Instance
from support.unit import Unit

SQLITE = SimpleNamespace(name="sqlite")
POSTGRES = SimpleNamespace(name="postgresql")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    """A file with one empty table."""
    found = Database(f"sqlite:///{tmp_path}/forum.db")
    with found.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE word (id INTEGER PRIMARY KEY, said TEXT UNIQUE)")
    yield found
    found.dispose()


@pytest.fixture
def postgres() -> Database:
    """Where no PostgreSQL answers; nothing connects until somebody asks."""
    return Database("postgresql+psycopg://nobody@127.0.0.1:1/none")


def pragma(engine: Engine, name: str) -> Any:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def impatient(engine: Engine) -> None:
    """Let connections of an engine wait for nobody."""
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))


def test_the_road_for_reading_writes_nothing(opened: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"), opened.reader.begin() as connection:
        connection.exec_driver_sql("INSERT INTO word (said) VALUES ('x')")
    assert pragma(opened.reader, "query_only") == 1
    assert pragma(opened.writer, "query_only") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 10_000),
        ("secure_delete", 1),
    ],
)
def test_every_connection_keeps_what_was_promised(opened: Database, name: str, value: Any) -> None:
    assert [pragma(engine, name) for engine in (opened.writer, opened.reader)] == [value, value]


def test_whoever_begins_to_write_is_alone_from_the_first_word(opened: Database) -> None:
    impatient(opened.writer)
    with opened.writer.connect() as one, opened.writer.connect() as other:
        one.begin()
        with pytest.raises(OperationalError, match="locked"):
            other.begin()
        one.rollback()
        other.begin()


def test_readers_neither_wait_for_a_writer_nor_see_half_of_it(opened: Database) -> None:
    impatient(opened.reader)
    with opened.writer.begin() as writer, opened.reader.connect() as reader:
        writer.exec_driver_sql("INSERT INTO word (said) VALUES ('x')")
        assert reader.exec_driver_sql("SELECT count(*) FROM word").scalar() == 0
        writer.commit()
        assert reader.exec_driver_sql("SELECT count(*) FROM word").scalar() == 0, "as it was when it began"
    with opened.reader.connect() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM word").scalar() == 1


def test_an_error_of_sqlite_tells_no_words(opened: Database) -> None:
    with opened.writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO word (said) VALUES (?)", ("a secret",))
        with pytest.raises(DBAPIError) as told:
            connection.exec_driver_sql("INSERT INTO word (said) VALUES (?)", ("a secret",))
    assert "a secret" not in str(told.value)


def test_statistics_leave_the_index_of_words_alone(unit: Unit) -> None:
    database.installed().refresh_statistics()
    with database.installed().reader.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1").scalars())
    assert not any(name.startswith(("search_words", "sqlite_")) for name in names)


def test_a_table_whose_name_only_looks_like_another_is_looked_at(opened: Database) -> None:
    with opened.writer.begin() as connection:
        for name in ("searchXwords", "sqliteX", "two words"):
            connection.exec_driver_sql(f'CREATE TABLE "{name}" (id INTEGER PRIMARY KEY, n INTEGER UNIQUE)')
            connection.exec_driver_sql(f'INSERT INTO "{name}" (n) VALUES (1)')
    opened.refresh_statistics()
    with opened.reader.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1").scalars())
    assert {"searchXwords", "sqliteX", "two words"} <= names


def test_statistics_that_nobody_lets_us_write_are_put_off(opened: Database) -> None:
    impatient(opened.writer)
    with opened.writer.connect() as holder:
        holder.begin()
        with pytest.raises(Busy, match="locked"):
            opened.refresh_statistics()
        assert opened.writer.pool.checkedout() == 1, "only whoever holds it"  # type: ignore[attr-defined]
        holder.rollback()
    opened.refresh_statistics()


def test_nothing_is_asked_of_postgresql_where_it_finds_out_by_itself(postgres: Database) -> None:
    postgres.refresh_statistics()
    assert not postgres.is_sqlite


def test_postgresqls_road_for_reading_says_so_and_its_errors_are_told_without_rows(
    postgres: Database,
) -> None:
    assert postgres.reader.get_execution_options()["postgresql_readonly"] is True
    assert "postgresql_readonly" not in postgres.writer.get_execution_options()
    assert postgres.writer.hide_parameters
    assert event.contains(postgres.writer, "handle_error", database_engine._tell_no_row)
    assert event.contains(postgres.writer, "connect", database_engine._keep_commits)


@pytest.mark.parametrize(("said", "keeps"), [("on", True), ("off", False), (None, False)])
def test_whether_a_commit_outlives_a_power_cut_is_asked_of_postgresql(
    postgres: Database, said: str | None, keeps: bool
) -> None:
    asked: list[str] = []

    class Connection:
        def __enter__(self) -> Connection:
            return self

        def __exit__(self, *error: object) -> None: ...

        def exec_driver_sql(self, text: str) -> Any:
            asked.append(text)
            return SimpleNamespace(scalar=lambda: said)

    postgres.reader = SimpleNamespace(connect=Connection)  # type: ignore[assignment]
    assert postgres.keeps_commits() is keeps
    assert asked == ["SHOW fsync"]


def test_a_file_keeps_its_commits(opened: Database) -> None:
    assert opened.keeps_commits()


def test_a_server_that_does_not_wait_for_its_disk_is_told_to_and_that_is_kept() -> None:
    done: list[str] = []

    class Cursor:
        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *error: object) -> None:
            done.append("closed")

        def execute(self, text: str) -> None:
            done.append(text)

    connection = SimpleNamespace(cursor=Cursor, commit=lambda: done.append("commit"))
    database_engine._keep_commits(connection, None)  # type: ignore[arg-type]
    statement, *rest = done
    assert rest == ["closed", "commit"]
    assert "'synchronous_commit', 'on', false" in statement
    assert statement.endswith("WHERE current_setting('synchronous_commit') = 'off'")


def test_no_connection_is_left_when_a_database_is_closed(opened: Database) -> None:
    for engine in (opened.writer, opened.reader):
        engine.connect().close()
    opened.dispose()
    pools: list[Any] = [opened.writer.pool, opened.reader.pool]
    assert [pool.checkedin() for pool in pools] == [0, 0]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), SQLITE)  # type: ignore[arg-type]  # noqa: DTZ001


def test_a_moment_is_the_same_moment_when_it_comes_back() -> None:
    moment = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    kept = Instant().process_bind_param(moment, SQLITE)  # type: ignore[arg-type]
    assert kept == datetime(2025, 12, 31, 23, 30)  # noqa: DTZ001
    back = Instant().process_result_value(kept, SQLITE)  # type: ignore[arg-type]
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC
    there = Instant().process_result_value(moment, POSTGRES)  # type: ignore[arg-type]
    assert there is not None
    assert (there, there.tzinfo) == (moment, UTC)
    assert Instant().process_bind_param(moment, POSTGRES) is moment  # type: ignore[arg-type]
    for way in (Instant().process_bind_param, Instant().process_result_value):
        assert way(None, SQLITE) is None  # type: ignore[arg-type]


def test_no_row_is_told_by_an_error_of_postgresql() -> None:
    original = Exception('duplicate key "uq_x"\nDETAIL:  Key (text)=(a secret) already exists.', 7)
    wrapped = Exception("also\nDETAIL: a secret")
    database_engine._tell_no_row(
        SimpleNamespace(original_exception=original, sqlalchemy_exception=wrapped)  # type: ignore[arg-type]
    )
    assert original.args == ('duplicate key "uq_x"', 7)
    assert wrapped.args == ("also",)
    database_engine._tell_no_row(
        SimpleNamespace(original_exception=original, sqlalchemy_exception=None)  # type: ignore[arg-type]
    )


def test_statistics_know_how_the_tables_have_grown(unit: Unit) -> None:
    with database.transaction() as session:
        session.add_all([Instance(host=f"{number}.example") for number in range(20)])
    database.installed().refresh_statistics()
    with database.installed().reader.connect() as connection:
        found = (
            connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE tbl = 'instance'").scalars().all()
        )
    assert any(one.startswith("20") for one in found)
