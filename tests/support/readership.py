"""Readers with interests, each in a browser of their own, and the jobs that bring posts to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from fedconnect.foundation import clock, database
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import listening as listening_job
from fedconnect.jobs import rematch as rematch_job
from fedconnect.models.hearing import Hearing
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.surfacing import parameters, word_frequencies
from fedconnect.surfacing.feed import feed
from fedconnect.surfacing.feed.feed import Placed
from fedconnect.surfacing.hearing import reader_index
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.web import view_tracking
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor


class Readership:
    """The readers of a test, the posts that reach them and what they see."""

    def __init__(self, app: Flask, forum: Forum, home: FakeHomeServer) -> None:
        self.app, self.forum, self.home = app, forum, home

    def reader(
        self,
        name: str,
        *,
        topics: str = "",
        board: str = "respite",
        learns: bool | None = False,
        old: bool = True,
    ) -> Visitor:
        """Sign somebody in who follows a board; they joined a year ago, or just now."""
        self.home.resident(name, key=len(self.home.people))
        visitor = Visitor(self.app)
        visitor.sign_in(self.home, name)
        if board:
            visitor.post(f"/boards/{board}/following", {"how": "here"})
        if topics:
            visitor.post("/you/topics", {"topics": topics})
        if learns is not None:
            visitor.post("/you/interests/learning", {"learns": "yes" if learns else "no"})
        if old:
            with database.transaction() as session:
                year = clock.now() - timedelta(days=365)
                mine = Reader.id == self.reader_id(name)
                session.execute(update(Reader).where(mine).values(joined_at=year))
        return visitor

    def reader_id(self, name: str) -> int:
        with database.read_transaction() as session:
            found = (
                select(Reader.id).join(Person, Person.id == Reader.person_id).where(Person.username == name)
            )
            return session.execute(found).scalar_one()

    def person_id(self, name: str) -> int:
        with database.read_transaction() as session:
            return session.execute(select(Person.id).where(Person.username == name)).scalar_one()

    def first_post(self, thread_path: str) -> str:
        """The address of a thread's starter, after which deeds stand."""
        thread_id = int(thread_path.rpartition("/")[2])
        (post,) = self.forum.rows(Post, Post.thread_id == thread_id, Post.is_starter.is_(True))
        return f"{thread_path}/{post.id}"

    def liked(self, name: str) -> dict[str, float]:
        """What was learnt of a reader."""
        found = self.forum.rows(Profile, Profile.reader_id == self.reader_id(name))
        return dict(json.loads(found[0].liked)) if found else {}

    def brought_to(self, name: str) -> list[Placed]:
        """What a reader's page is made of."""
        with database.read_transaction() as session:
            row = session.execute(
                select(Reader, Person)
                .join(Person, Person.id == Reader.person_id)
                .where(Person.username == name)
            ).one()
            return list(feed.list_feed(session, FeedRequest(row[0].id, row[1].id, row[1].handle)).placed)

    def write(self, author: RemotePerson, text: str, board: str = "respite", **changes: object) -> str:
        """Let somebody write to a board, and the post find its people; return its id."""
        note = author.note(text, self.forum.board(board), **changes)
        self.forum.tell(author, author.create(note))
        self.place()
        return str(note["id"])

    def place(self) -> None:
        reader_index.clear()
        hearings_job.run()
        listening_job.run()
        hearings_job.run()  # for which the one before may ring

    def rematch(self) -> None:
        reader_index.clear()
        rematch_job.run()

    def hearing(self, uri: str) -> Hearing:
        with database.read_transaction() as session:
            found = select(Hearing).join(Post, Post.id == Hearing.post_id).where(Post.uri == uri)
            return session.execute(found).scalar_one()

    def age(self, uri: str, hours: float) -> None:
        """Let a hearing have begun some hours ago."""
        one = self.hearing(uri)
        with database.transaction() as session:
            begun = clock.now() - timedelta(hours=hours)
            session.execute(
                update(Hearing)
                .where(Hearing.id == one.id)
                .values(begun_at=begun, ends_at=begun + timedelta(hours=48))
            )

    def tokens(self, visitor: Visitor, path: str = "/") -> list[str]:
        return re.findall(r'data-seen="([^"]+)"', visitor.page(path))

    def look(self, visitor: Visitor, path: str = "/") -> TestResponse:
        """See everything on a page for a second."""
        answer = visitor.post("/seen", {"tokens": " ".join(self.tokens(visitor, path))})
        view_tracking.flush()
        return answer


@pytest.fixture
def ample_supply(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let each reader stand for a hundred, so that a forum of a few promises and orders as a large one does."""
    changed = tmp_path / "parameters.toml"
    text = parameters.FILE.read_text()
    for plain, ample in (
        ("coming_share = 0.35", "coming_share = 100.0"),
        ("supply_spread = 1.0", "supply_spread = 0.0"),
        ("rounds_below = 20 ", "rounds_below = -1 "),
        ("rounds_up_to = 60 ", "rounds_up_to = 0 "),
    ):
        assert plain in text
        text = text.replace(plain, ample)
    changed.write_text(text)
    monkeypatch.setattr(parameters, "FILE", changed)
    parameters.in_force.cache_clear()
    yield
    monkeypatch.undo()
    parameters.in_force.cache_clear()


@pytest.fixture
def readers(app: Flask, forum: Forum, home: FakeHomeServer, ample_supply: None) -> Readership:
    reader_index.clear()
    word_frequencies.clear()
    return Readership(app, forum, home)
