"""What a test of a single module needs: SQLite with every table, a key ring, and rows; no app, Valkey or network.

`unit` yields the database of one test. What its transactions said has happened is kept in `unit.events`, and which
jobs would have been woken in `unit.jobs`; nothing follows from either.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.events import Event
from fedconnect.foundation import caches, clock, database, own_address, sealing
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.secrets import open_secrets
from fedconnect.migrating import migrate
from fedconnect.models.base import Row
from fedconnect.models.board import Board, Moderator
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread, month_of
from support.forum import BASE, settings_for

AnyRow = TypeVar("AnyRow", bound=Row)
_numbers = itertools.count(1)


@dataclass
class Unit:
    """One test's database, and what came of its transactions."""

    events: list[Event] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)

    def handle(self, session: Session) -> None:
        self.events += events.take(session)

    def of(self, kind: type[Event]) -> list[Any]:
        """The events of one kind, in order."""
        return [one for one in self.events if type(one) is kind]


@pytest.fixture(scope="session")
def unit_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a migrated SQLite file and secrets; of `UNIT_TEMPLATE`, where many runs share one."""
    shared = os.environ.get("UNIT_TEMPLATE")
    folder = Path(shared) if shared else tmp_path_factory.mktemp("unit-template")
    if (folder / "secrets.json").exists():
        return folder
    settings = settings_for(folder)
    opened = Database(settings.database_url)
    migrate(settings, opened)
    opened.dispose()
    open_secrets(folder)
    return folder


class _Folder:
    """A process's data folder for one test after the other, made anew where the last one has written into it: most
    roll back what they wrote, and a copy of every table costs more than they do."""

    def __init__(self, template: Path, path: Path) -> None:
        self.template, self.path = template, path
        self.opened: Database | None = None
        self._untouched: tuple[object, ...] = ()

    def open(self) -> Database:
        if self.opened is None or self._state() != self._untouched:
            self.close()
            shutil.copytree(self.template, self.path)
            self.opened = Database(settings_for(self.path).database_url)
            event.listen(self.opened.writer, "connect", _without_waiting_for_the_disk)
            with self.opened.writer.connect():
                self._untouched = self._state()
        return self.opened

    def close(self) -> None:
        if self.opened is not None:
            self.opened.dispose()
        shutil.rmtree(self.path, ignore_errors=True)

    def _state(self) -> tuple[object, ...]:
        """What a commit changes: the log that stands beside the file, or the file."""
        files = [self.path / name for name in ("fedconnect.db", "fedconnect.db-wal", "secrets.json")]
        return tuple((one.stat().st_size, one.stat().st_mtime_ns) if one.exists() else None for one in files)


@pytest.fixture(scope="session")
def unit_folder(unit_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Folder]:
    folder = _Folder(unit_template, tmp_path_factory.mktemp("unit") / "data")
    yield folder
    folder.close()


@pytest.fixture
def unit(unit_folder: _Folder) -> Unit:
    opened = unit_folder.open()
    own_address.configure(BASE)
    sealing.configure(open_secrets(unit_folder.path))
    caches.clear_all()
    found = Unit()
    database.install(opened, handle=found.handle, enqueue=found.jobs.append)
    return found


@pytest.fixture
def session(unit: Unit) -> Iterator[Session]:
    """A transaction of the test's own, for functions that take a session; it is rolled back."""
    with Session(database.installed().writer) as session:
        yield session
        session.rollback()


def _without_waiting_for_the_disk(connection: Any, _entry: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def add(session: Session, row: AnyRow) -> AnyRow:
    """Add a row, and give it its id."""
    session.add(row)
    session.flush()
    return row


def a_board(session: Session, slug: str = "respite", **values: Any) -> Board:
    return add(session, Board(**{"slug": slug, "name": slug.title(), "created_at": clock.now(), **values}))


def a_person(session: Session, name: str = "ana", host: str = "home.example", **values: Any) -> Person:
    uri = f"https://{host}/users/{name}"
    known = {"uri": uri, "host": host, "handle_host": host, "username": name, "inbox": f"{uri}/inbox"}
    return add(session, Person(**{**known, "name": name.title(), "fetched_at": clock.now(), **values}))


def a_reader(session: Session, person: Person, **values: Any) -> Reader:
    host = f"{next(_numbers)}.{person.host}"
    home = add(session, HomeServer(host=host, base=f"https://{host}", asked_at=clock.now()))
    return add(
        session, Reader(**{"person_id": person.id, "home_id": home.id, "joined_at": clock.now(), **values})
    )


def a_moderator(session: Session, board: Board, person: Person, **values: Any) -> Moderator:
    known = {"board_id": board.id, "person_id": person.id, "since": clock.now()}
    return add(session, Moderator(**{**known, **values}))


def a_thread(
    session: Session, board: Board, author: Person | None = None, **values: Any
) -> tuple[Thread, Post]:
    """A conversation with its first post; `values` are the post's, but for `title` and what begins with `thread_`."""
    of_thread = {
        key.removeprefix("thread_"): values.pop(key) for key in list(values) if key.startswith("thread_")
    }
    published = values.get("published", clock.now() - timedelta(minutes=next(_numbers)))
    uri = values.setdefault("uri", f"https://home.example/posts/{next(_numbers)}")
    known = {
        "board_id": board.id, "starter_uri": uri, "title": values.pop("title", "Respite in August"),
        "published": published, "month": month_of(published), "last_post_at": published,
        "is_listed": True, "is_public": True, "reply_count": 0, "answered": False,
    }  # fmt: skip
    thread = add(session, Thread(**{**known, **of_thread}))
    return thread, a_post(session, thread, author, is_starter=True, **{**values, "published": published})


def a_post(session: Session, thread: Thread, author: Person | None = None, **values: Any) -> Post:
    """A post in a conversation."""
    known: dict[str, Any] = {
        "thread_id": thread.id, "board_id": thread.board_id, "person_id": author.id if author is not None else None,
        "uri": f"https://home.example/posts/{next(_numbers)}", "visibility": Visibility.PUBLIC,
        "published": clock.now(), "received": clock.now(), "body_html": "<p>Words</p>", "source": "<p>Words</p>",
        "sanitiser": 1,
    }  # fmt: skip
    return add(session, Post(**{**known, **values}))


def a_draft(author: Person, text: str = "Who knows a respite place?", **values: Any) -> PostDraft:
    known: dict[str, Any] = {
        "uri": f"https://home.example/posts/{next(_numbers)}", "author_uri": author.uri, "html": f"<p>{text}</p>",
        "source": f"<p>{text}</p>", "visibility": Visibility.PUBLIC, "published": clock.now(),
    }  # fmt: skip
    return PostDraft(**{**known, **values})
