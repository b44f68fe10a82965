"""An installation of the version before keeps everything when it is brought to the newest form."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.settings import Settings
from fedconnect.migrating import alembic_config, migrate
from fedconnect.models.all import Row
from support.forum import settings_for
from support.postgres import create_database


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A database as the first version made it, with a board, a person, a thread and a post."""
    changes = {}
    if request.param == "postgresql":
        changes["FEDCONNECT_DATABASE_URL"] = create_database(
            request.getfixturevalue("postgres_url"), "old_forum"
        )
    settings = settings_for(tmp_path, **changes)
    database = Database(settings.database_url)
    command.upgrade(alembic_config(settings, database.url), "0001")
    with database.writer.begin() as connection:
        for statement in (
            "INSERT INTO board (id, slug, name, summary, language, created_at)"
            " VALUES (1, 'respite', 'Respite', '', 'en', '2026-11-01 10:00:00+00')",
            "INSERT INTO person (id, uri, host, kind, username, name, url, inbox, indexable, asks_no_bots, fetched_at)"
            " VALUES (2, 'https://a.example/ana', 'a.example', 'Person', 'ana', 'Ana', '', 'https://a.example/i', true,"
            " false, '2026-11-01 10:00:00+00')",
            "INSERT INTO thread (id, board_id, starter_uri, title, state, pinned, is_listed, is_public, published, month,"
            " last_post_at, reply_count, answered) VALUES (3, 1, 'https://a.example/1', 'Kept', 'open', false, true, true,"
            " '2026-11-01 10:00:00+00', '2026-11', '2026-11-01 10:00:00+00', 0, false)",
            "INSERT INTO post (id, thread_id, board_id, person_id, uri, url, state, visibility, is_starter, is_addressed,"
            " published, received, language, warning, body_html, excerpt, source, sanitiser, hashtags, attachments)"
            " VALUES (4, 3, 1, 2, 'https://a.example/1', '', 'visible', 'public', true, true, '2026-11-01 10:00:00+00',"
            " '2026-11-01 10:00:00+00', '', '', '<p>Kept</p>', '', '', 1, '', '[]')",
            "INSERT INTO follow (id, board_id, person_id, uri, since)"
            " VALUES (5, 1, 2, 'https://a.example/f', '2026-11-01 10:00:00+00')",
        ):
            connection.execute(text(statement))  # fmt: skip
    database.dispose()
    return settings


def test_everything_is_kept_and_what_is_new_has_its_beginning(old: Settings) -> None:
    database = Database(old.database_url)
    assert migrate(old, database)
    with database.reader.connect() as connection:

        def one(query: str) -> tuple[object, ...]:
            return tuple(connection.execute(text(query)).one())

        assert one("SELECT uri, handle_host, emojis FROM person") == (
            "https://a.example/ana",
            "a.example",
            "[]",
        )
        assert one("SELECT body_html, arrival, poll, may_reply FROM post") == ("<p>Kept</p>", "sent", "", "")
        assert one("SELECT title, linked_group_uri FROM thread") == ("Kept", None)
        assert one("SELECT slug, also_known_as, moved_to FROM board") == ("respite", "", None)
        assert bool(one("SELECT takes_unaddressed FROM board")[0]) is True
        assert one("SELECT count(*) FROM follow") == (1,)
    assert not migrate(old, database), "and once is enough"
    database.dispose()


def test_the_tables_are_what_the_models_say(old: Settings) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(old.database_url)
    migrate(old, database)
    with database.writer.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_server_default": False,
                "include_name": lambda name, kind, parents: (
                    kind != "table" or not name.startswith("search_words")
                ),
            },
        )
        difference = compare_metadata(context, Row.metadata)
    database.dispose()
    ours = {table.name for table in Row.metadata.sorted_tables}
    assert [one for one in difference if not (one[0] == "remove_table" and one[1].name not in ours)] == []


def test_c6_a_post_of_the_year_1_is_from_when_it_came(old: Settings) -> None:
    database = Database(old.database_url)
    command.upgrade(alembic_config(old, database.url), "0007")
    with database.writer.begin() as connection:
        for table in ("post", "thread"):
            connection.execute(text(f"UPDATE {table} SET published = '0001-01-01 00:00:00+00'"))
        connection.execute(text("UPDATE thread SET month = '1-01', last_post_at = '0001-01-01 00:00:00+00'"))
    migrate(old, database)
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT month FROM thread")).scalar_one() == "2026-11"
        left = "SELECT count(*) FROM post, thread WHERE post.published < '1970-01-01' OR last_post_at < '1970-01-01'"
        assert connection.execute(text(left)).scalar_one() == 0
    database.dispose()


def test_what_was_told_and_passed_on_to_readers_belongs_to_the_same_people(old: Settings) -> None:
    database = Database(old.database_url)
    command.upgrade(alembic_config(old, database.url), "0016")
    now = "'2026-11-02 10:00:00+00'"
    with database.writer.begin() as connection:
        for statement in (
            "INSERT INTO person (id, uri, host, handle_host, kind, username, name, url, inbox, emojis, indexable, asks_no_bots,"
            f" fetched_at) VALUES (6, 'https://b.example/ben', 'b.example', 'b.example', 'Person', 'ben', 'Ben', '', '', '[]',"
            f" true, false, {now})",
            "INSERT INTO home_server (id, host, base, software, authorize_url, token_url, revoke_url, register_url,"
            f" scopes_offered, limits, asked_at) VALUES (7, 'a.example', '', '', '', '', '', '', '', '', {now})",
            *(
                "INSERT INTO reader (id, person_id, home_id, joined_at, default_visibility, default_language)"
                f" VALUES ({number}, {person}, 7, {now}, '', '')"
                for number, person in ((8, 2), (9, 6))
            ),
            f"INSERT INTO notification (id, reader_id, kind, post_id, at) VALUES (10, 9, 'reply', 4, {now})",
            f"INSERT INTO notification (id, reader_id, kind, post_id, at) VALUES (11, 8, 'reply', 4, {now})",
            "INSERT INTO passed_on (id, post_id, by_id, to_board_id, to_reader_id, sentence, at) VALUES"
            f" (12, 4, 8, NULL, 9, 'For you', {now}), (13, 4, 9, 1, NULL, 'For all', {now})",
        ):
            connection.execute(text(statement))
    assert migrate(old, database)
    with database.reader.connect() as connection:
        told = "SELECT id, person_id FROM notification ORDER BY id"
        assert [tuple(row) for row in connection.execute(text(told))] == [(10, 6), (11, 2)]
        passed = "SELECT id, by_person_id, to_person_id, to_board_id, sentence FROM passed_on ORDER BY id"
        assert [tuple(row) for row in connection.execute(text(passed))] == [
            (12, 2, 6, None, "For you"),
            (13, 6, None, 1, "For all"),
        ]
    database.dispose()
