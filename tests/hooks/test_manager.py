"""Plugins: screening is strict, a fault stays the plugin's, and events reach them at least once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from fedconnect.hooks import manager
from fedconnect.hooks.specs import hookimpl
from fedconnect.hooks.views import Verdict
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.post import Post
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


class Screening:
    verdict: Verdict | None = None

    @hookimpl
    def screen_post(self, draft: object, author: object) -> Verdict | None:
        if isinstance(self.verdict, Verdict) or self.verdict is None:
            return self.verdict
        raise ZeroDivisionError


class Hostile:
    """What plugins may do wrong: raise, end the process, or answer what nobody can use."""

    def __init__(self, how: object) -> None:
        self.how = how

    def _do(self) -> object:
        if isinstance(self.how, BaseException):
            raise self.how
        return self.how

    @hookimpl
    def screen_post(self, draft: object, author: object) -> object:
        return self._do()

    @hookimpl
    def render_post_footer(self, post: object) -> object:
        return self._do()

    @hookimpl
    def register_links(self) -> object:
        return self._do()

    @hookimpl
    def register_bots(self) -> object:
        return self._do()

    @hookimpl
    def nodeinfo_metadata(self) -> object:
        return self._do()

    @hookimpl
    def post_published(self, event: object, post: object) -> object:
        return self._do()


class Listening:
    def __init__(self) -> None:
        self.heard: list[object] = []
        self.fails = 0

    @hookimpl
    def post_published(self, event: object, post: object) -> None:
        if self.fails:
            self.fails -= 1
            raise ZeroDivisionError
        self.heard.append(post)


@pytest.fixture
def screening(forum: Forum) -> Iterator[Screening]:
    plugin = Screening()
    manager._manager.register(plugin, name="screening")
    yield plugin
    manager._manager.unregister(name="screening")


@pytest.fixture
def listening(forum: Forum) -> Iterator[Listening]:
    plugin = Listening()
    manager._manager.register(plugin, name="listening")
    yield plugin
    manager._manager.unregister(name="listening")


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (None, "visible"),
        (Verdict.PUBLISH, "visible"),
        (Verdict.HOLD, "held"),
        (Verdict.REFUSE, None),
        ("raises", "held"),
    ],
)
def test_the_verdict_of_screening_counts_and_a_broken_one_holds(
    forum: Forum,
    remote: RemoteServer,
    screening: Screening,
    ana: RemotePerson,
    verdict: Verdict | None,
    state: str | None,
) -> None:
    screening.verdict = verdict
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    assert [post.state for post in forum.rows(Post, Post.uri == note["id"])] == ([state] if state else [])
    assert bool(remote.delivered("Announce")) == (state == "visible")
    assert ("Hello" in forum.get("/boards/respite").get_data(as_text=True)) == (state == "visible")


def test_of_several_verdicts_the_strictest_counts(screening: Screening) -> None:
    other = Screening()
    manager._manager.register(other, name="other")
    screening.verdict, other.verdict = Verdict.PUBLISH, Verdict.REFUSE
    assert manager.screen_post(SimpleNamespace(), SimpleNamespace()) is Verdict.REFUSE  # type: ignore[arg-type]
    manager._manager.unregister(name="other")


def test_a_plugin_hears_of_a_post_after_commit(forum: Forum, listening: Listening, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    (post,) = listening.heard
    assert (post.title, post.board_slug) == ("Hello", "respite")  # type: ignore[attr-defined]
    assert forum.rows(PluginEvent) == []


def test_a_plugin_that_fails_is_asked_again_and_then_let_be(
    forum: Forum, listening: Listening, ana: RemotePerson
) -> None:
    from datetime import UTC, datetime, timedelta

    from sqlalchemy import update

    from fedconnect.foundation import database

    listening.fails = 2
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    assert len(forum.rows(PluginEvent)) == 1
    assert forum.titles() == ["Hello"]
    for _ in range(3):
        with database.transaction() as session:
            session.execute(update(PluginEvent).values(due_at=datetime.now(UTC) - timedelta(days=1)))
        forum.work()
    assert len(listening.heard) == 1
    assert forum.rows(PluginEvent) == []


def test_an_edit_is_screened_like_a_post(
    forum: Forum, remote: RemoteServer, screening: Screening, ana: RemotePerson
) -> None:
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    screening.verdict = Verdict.HOLD
    forum.tell(ana, ana.update(note, "Buy now!"))
    forum.deliver()
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert post.state == "held"
    assert "Hello" not in forum.get("/boards/respite").get_data(as_text=True)
    assert len(remote.delivered("Undo")) == 1


@pytest.mark.parametrize(
    "how",
    [
        ZeroDivisionError(),
        SystemExit(3),
        RecursionError(),
        MemoryError(),
        "junk",
        7,
        [None],
        [object()],
        {"a": object()},
        b"x",
    ],
    ids=[
        "an error",
        "the end",
        "recursion",
        "memory",
        "a text",
        "a number",
        "nothing",
        "an object",
        "no JSON",
        "bytes",
    ],
)
def test_what_a_plugin_does_wrong_is_its_own_affair(
    forum: Forum, listening: Listening, ana: RemotePerson, how: object
) -> None:
    manager._manager.register(Hostile(how), name="hostile")
    try:
        note = ana.note("Hello", forum.board())
        forum.tell(ana, ana.create(note))
        (post,) = forum.rows(Post, Post.uri == note["id"])
        assert post.state == "held", "what a broken screening says is no leave"
        for path in ("/", "/about", "/nodeinfo/2.1", "/boards/respite/feed.atom"):
            assert forum.get(path).status_code == 200, path
        assert manager.collect("register_links") == []
        assert manager.collect("register_bots") == []
    finally:
        manager._manager.unregister(name="hostile")


@pytest.mark.parametrize(
    "how", [ZeroDivisionError(), SystemExit(3), "junk"], ids=["an error", "the end", "a text"]
)
def test_an_event_that_ends_one_plugin_reaches_the_others(
    forum: Forum, listening: Listening, ana: RemotePerson, how: object
) -> None:
    manager._manager.register(_OnlyHears(how), name="hostile")
    try:
        forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
        assert len(listening.heard) == 1
    finally:
        manager._manager.unregister(name="hostile")


class _OnlyHears:
    def __init__(self, how: object) -> None:
        self.how = how

    @hookimpl
    def post_published(self, event: object, post: object) -> object:
        if isinstance(self.how, BaseException):
            raise self.how
        return self.how
