"""A whole forum for each test: real SQLite and real PostgreSQL, real Valkey, real HTTP to other servers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event, update
from werkzeug.test import TestResponse

from fedconnect import wiring
from fedconnect.activitypub import own_keys, remote_actors
from fedconnect.app import create_app
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.federation.outbound import bot_actors
from fedconnect.forum import boards, moderators
from fedconnect.forum.welcome_post import write_welcome
from fedconnect.foundation import caches, clock, database, durable, queue, rate_limit
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.logs import configure_log
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.foundation.settings import Settings, read_settings
from fedconnect.jobs import backfill as backfill_job
from fedconnect.jobs import delivery as delivery_job
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import inbox as inbox_job
from fedconnect.jobs import plugins as plugins_job
from fedconnect.migrating import migrate
from fedconnect.models.all import Row
from fedconnect.models.board import Board
from fedconnect.models.fetch_task import FetchTask
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery
from support.postgres import create_database, fresh_database, running_postgres
from support.remote import RemotePerson, RemoteServer
from support.valkey import running_valkey

BASE = "https://forum.example"


def pytest_configure() -> None:
    """Keep what tests write as private as every command does."""
    os.umask(0o077)


def settings_for(folder: Path, **changes: str) -> Settings:
    """Return settings of a forum at https://forum.example with its data in a folder."""
    return read_settings(
        {
            "FEDCONNECT_BASE_URL": BASE,
            "FEDCONNECT_DATA_DIR": str(folder),
            "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8",
            "FEDCONNECT_PLUGINS": "",
            **changes,
        }
    )


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    configure_log("critical")
    with running_valkey(settings_for(tmp_path_factory.mktemp("valkey"))) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Path:
    """A data folder with a migrated SQLite file and the secrets that its sealed keys need."""
    folder = tmp_path_factory.mktemp("template")
    _make_forum(settings_for(folder, FEDCONNECT_REDIS_URL=valkey_url))
    return folder


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory, valkey_url: str, postgres_url: str) -> Path:
    folder = tmp_path_factory.mktemp("pg-template")
    url = create_database(postgres_url, "template_forum")
    (folder / "url").write_text(url)
    _make_forum(settings_for(folder, FEDCONNECT_REDIS_URL=valkey_url, FEDCONNECT_DATABASE_URL=url))
    return folder


def _make_forum(settings: Settings) -> None:
    """Migrate, make the instance's key and one board with its welcome."""
    opened = wiring.install(settings)
    migrate(settings, opened)
    with database.transaction() as session:
        own_keys.ensure_key(session, own_keys.INSTANCE, "/actor")
        bot_actors.ensure_keys(session)
        write_welcome(session, boards.create_board(session, "respite", "Respite & breaks", "Short breaks."))
        write_welcome(session, boards.create_board(session, "benefits", "Benefits"))
        session.execute(update(Board).values(threads_a_stranger=9999, threads_a_server=9999))
    opened.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str) -> Settings:
    """Settings of a fresh forum with the boards @respite and @benefits, on each engine."""
    folder = tmp_path / "data"
    common = {"FEDCONNECT_REDIS_URL": valkey_url}
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), folder)
        return settings_for(folder, **common)
    template: Path = request.getfixturevalue("postgres_template")
    folder.mkdir()
    shutil.copy(template / "secrets.json", folder / "secrets.json")
    url = fresh_database(request.getfixturevalue("postgres_url"), "forum", "template_forum")
    return settings_for(folder, FEDCONNECT_DATABASE_URL=url, **common)


class _Templates(BytecodeCache):
    """Templates that were compiled once in this process; a tenth of a second for each page otherwise."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_compiled: dict[str, tuple[Any, Any]] = {}
_apps: dict[Settings, tuple[Flask, dict[str, Any]]] = {}


def _app_of(settings: Settings) -> Flask:
    """Return an app with these settings in force. Where only the place of the data differs, it is the same app: to
    make one anew costs more than most tests."""
    alike = replace(settings, data_dir=Path(), database_url="", redis_url=None)
    if alike not in _apps or settings.plugins:
        app = create_app(settings)
        app.jinja_env.bytecode_cache = _Templates()
        _apps[alike] = app, dict(app.config)
    else:
        wiring.install(settings)
    app, config = _apps[alike]
    app.config.clear()
    app.config.update(config, DATA_DIR=settings.data_dir)
    return app


def _share_what_is_compiled(opened: Database) -> None:
    """Let the engines of each test know the statements that were compiled for the ones before."""
    for engine in (opened.writer, opened.reader):
        known = _compiled.setdefault(engine.dialect.name, (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = known
        engine.pool._dialect = known[0]


def _without_waiting_for_the_disk(connection: Any, _entry: Any) -> None:
    """What these tests write need not outlive a power cut; faults/ and packaging/ run the real thing."""
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def running_app(settings: Settings) -> Iterator[Flask]:
    """Yield the app of a forum, with nothing remembered of another one."""
    app = _app_of(settings)
    opened = database.installed()
    _share_what_is_compiled(database.installed())
    if database.installed().is_sqlite:
        event.listen(database.installed().writer, "connect", _without_waiting_for_the_disk)
    configure_log("critical")
    queue.queue().connection.flushall()
    caches.clear_all()
    yield app
    caches.clear_all()  # what a reader of this forum saw is not written into the next one
    opened.dispose()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def remote() -> Iterator[RemoteServer]:
    server = RemoteServer()
    yield server
    server.close()


@pytest.fixture
def other_remote() -> Iterator[RemoteServer]:
    server = RemoteServer("127.0.0.2")
    yield server
    server.close()


@dataclass
class Forum:
    """The running forum with the few gestures that tests need."""

    client: FlaskClient
    settings: Settings

    def board(self, slug: str = "respite") -> str:
        return f"{BASE}/boards/{slug}"

    def post(self, person: RemotePerson, activity: Any, path: str = "/inbox", **changes: str) -> TestResponse:
        """Send an activity as that person's server would, signed; `changes` are headers to tamper with."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        headers = {**person.sign(BASE + path, body), **changes}
        return self.client.post(path, data=body, headers=headers, base_url=BASE)

    def tell(self, person: RemotePerson, *activities: Any) -> None:
        """Send activities, which must be accepted, and let the workers work."""
        for activity in activities:
            answer = self.post(person, activity)
            assert answer.status_code == 202, answer.get_data(as_text=True)
        self.work()

    def work(self) -> None:
        """Let the workers work until nothing is due, however busy the machine is."""
        inbox_job.run()
        while durable.is_due(RECEIVED):
            inbox_job.run()
        plugins_job.run()

    def hear(self) -> None:
        """Let new posts have their promise, of which their authors are told."""
        hearings_job.run()

    def run_backfill(self) -> None:
        """Do what is due to be fetched, and work on what came."""
        backfill_job.run()
        self.work()

    def hurry(self) -> None:
        """Let everything that waits for its time be due, and what a dead worker held be free."""
        with database.transaction() as session:
            past = clock.now() - timedelta(days=1)
            session.execute(update(FetchTask).values(due_at=past, lease_until=None))
            session.execute(update(InboundActivity).values(due_at=past))
            session.execute(update(Delivery).values(due_at=past))
            session.execute(update(Instance).values(paused_until=None))

    def deliver(self) -> None:
        delivery_job.run()

    def get(self, path: str, accept: str = "text/html") -> TestResponse:
        return self.client.get(path, headers={"Accept": accept}, base_url=BASE)

    def ap(self, path: str) -> TestResponse:
        return self.get(path.removeprefix(BASE), "application/activity+json")

    def moderate(self, person: RemotePerson, slug: str = "respite") -> None:
        """Let a person look after a board."""
        found = remote_actors.ensure_person(person.uri)
        with database.transaction() as session:
            moderators.add_moderator(session, boards.get_any_board(session, slug), session.merge(found))

    def team_told(self, person: RemotePerson, slug: str = "respite") -> list[str]:
        """Who looks after a board, as the server of somebody is told, beside the actor who speaks for all of them."""
        path = f"/boards/{slug}/moderators"
        headers = {"Accept": "application/activity+json", **person.sign(BASE + path, None, "GET")}
        answer = self.client.get(path, headers=headers, base_url=BASE)
        return [uri for uri in answer.json["orderedItems"] if uri != moderators.common_actor_uri()]

    def rows(self, row: type[Row], *conditions: Any) -> list[Any]:
        from sqlalchemy import select

        with database.read_transaction() as session:
            return list(session.execute(select(row).where(*conditions).order_by(row.id)).scalars())

    def titles(self, slug: str = "respite") -> list[str]:
        """The titles of a board's threads but its welcome, newest first."""
        from fedconnect.forum import thread_lists

        with database.read_transaction() as session:
            board: Board = boards.get_board(session, slug)
            return [
                line.title for line in thread_lists.list_threads(session, board).threads if not line.pinned
            ]

    def thread_path(self, title: str, slug: str = "respite") -> str:
        from fedconnect.models.thread import Thread

        (thread,) = self.rows(Thread, Thread.title == title)
        return f"/boards/{slug}/threads/{thread.id}"


def lower(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, most: int, window_s: int = 0) -> None:
    """Let a rate limit of a module permit less for the rest of a test, in a longer window where it is named."""
    declared: RateLimit = getattr(module, name)
    monkeypatch.setitem(rate_limit.DECLARED, declared.name, declared)
    monkeypatch.setattr(module, name, replace(declared, most=most, window_s=window_s or declared.window_s))


@pytest.fixture
def forum(client: FlaskClient, settings: Settings) -> Forum:
    return Forum(client, settings)


@pytest.fixture
def ana(remote: RemoteServer) -> RemotePerson:
    return remote.person("ana", key=1)


@pytest.fixture
def ben(remote: RemoteServer) -> RemotePerson:
    return remote.person("ben", key=2)


@pytest.fixture
def lea(other_remote: RemoteServer) -> RemotePerson:
    """Somebody on a Lemmy server."""
    other_remote.runs("lemmy")
    return other_remote.person("lea", key=4)


@pytest.fixture
def carers(other_remote: RemoteServer) -> RemotePerson:
    """A Group on a Lemmy server."""
    other_remote.runs("lemmy")
    return other_remote.person("carers", key=5, type="Group")


@pytest.fixture
def mallory(other_remote: RemoteServer) -> RemotePerson:
    return other_remote.person("mallory", key=3)
