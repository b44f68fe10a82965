"""Plugins: screening is strict, a fault stays the plugin's, and events reach them at least once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings, read_settings
from fedconnect.hooks import manager
from fedconnect.hooks.specs import hookimpl
from fedconnect.hooks.views import BotView, Link, PersonView, Verdict
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.post import Post
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.unit import Unit


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


# The manager by itself: plugins are objects of the test's, and nothing is published.


@pytest.fixture
def plugged() -> Iterator[Callable[..., None]]:
    """Switch plugins on by name, and off again after the test."""
    names: list[str] = []

    def plug(**plugins: object) -> None:
        for name, plugin in plugins.items():
            manager._manager.register(plugin, name=name)
            names.append(name)

    yield plug
    for name in names:
        manager._manager.unregister(name=name)


class Says:
    """A plugin that answers a screening, and tells who was asked."""

    asked: ClassVar[list[str]] = []

    def __init__(self, name: str, answer: object) -> None:
        self.name = name
        self.answer = answer

    @hookimpl
    def screen_post(self, draft: object) -> object:
        Says.asked.append(self.name)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


DRAFT: Any = object()
AUTHOR = PersonView("https://a.example/u", "Ana", "@ana@a.example")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ((), Verdict.PUBLISH),
        ((None,), Verdict.PUBLISH),
        ((Verdict.PUBLISH, None), Verdict.PUBLISH),
        ((Verdict.HOLD, Verdict.PUBLISH), Verdict.HOLD),
        ((Verdict.PUBLISH, Verdict.REFUSE, Verdict.HOLD), Verdict.REFUSE),
        ((ZeroDivisionError(), Verdict.PUBLISH), Verdict.HOLD),
        ((ZeroDivisionError(), Verdict.REFUSE), Verdict.REFUSE),
        ((SystemExit(3),), Verdict.HOLD),
        (("publish",), Verdict.HOLD),
        ((3,), Verdict.HOLD),
        ((-1,), Verdict.HOLD),
        ((2,), Verdict.REFUSE),
        ((False,), Verdict.PUBLISH),
        (([],), Verdict.HOLD),
    ],
)
def test_the_strictest_verdict_counts_and_what_is_none_holds(
    plugged: Callable[..., None], answers: tuple[object, ...], verdict: Verdict
) -> None:
    Says.asked.clear()
    plugged(**{f"p{number}": Says(f"p{number}", answer) for number, answer in enumerate(answers)})
    assert manager.screen_post(DRAFT, AUTHOR) == verdict
    assert Says.asked == [f"p{number}" for number in range(len(answers))], "each is asked, in order of names"


def test_no_plugin_is_asked_inside_a_transaction(unit: Unit, plugged: Callable[..., None]) -> None:
    Says.asked.clear()
    plugged(one=Says("one", None))
    for opening in (database.transaction, database.read_transaction):
        with opening():
            with pytest.raises(RuntimeError, match="inside a transaction"):
                manager.screen_post(DRAFT, AUTHOR)
            with pytest.raises(RuntimeError, match="inside a transaction"):
                manager.call("one", "screen_post", draft=DRAFT)
    assert Says.asked == []


class Answers:
    """A plugin that answers each of the hooks for pages with one thing."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def _say(self) -> object:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    @hookimpl
    def register_links(self) -> object:
        return self._say()

    @hookimpl
    def register_bots(self) -> object:
        return self._say()

    @hookimpl
    def register_pages(self) -> object:
        return self._say()

    @hookimpl
    def render_post_footer(self) -> object:
        return self._say()

    @hookimpl
    def nodeinfo_metadata(self) -> object:
        return self._say()

    @hookimpl
    def on_the_hour(self, now: object) -> object:
        return self._say()

    @hookimpl
    def embed_words(self, words: object) -> object:
        return self._say()


LINK = Link("Help", "/help")
BOT = BotView("letter", "Letter", "News", "/letter")


@pytest.mark.parametrize("answer", ["junk", b"junk", 7, object(), None, ZeroDivisionError(), SystemExit(1)])
def test_vectors_that_are_no_table_count_as_silence(plugged: Callable[..., None], answer: object) -> None:
    plugged(a=Answers(answer), b=Answers([[1.0]]))
    assert manager.collect("embed_words", words=("bread",)) == [("b", [[1.0]])]


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("register_links", "junk"), ("register_links", [LINK, BOT]), ("register_links", LINK), ("register_links", {LINK: 1}),
        ("register_bots", [LINK]), ("register_pages", "junk"), ("register_pages", 7), ("render_post_footer", b"x"),
        ("render_post_footer", ["x"]), ("nodeinfo_metadata", {"a": object()}), ("nodeinfo_metadata", [1]),
        ("nodeinfo_metadata", "x"), ("register_links", ZeroDivisionError()), ("register_links", SystemExit(1)),
        ("register_links", None),
    ],
)  # fmt: skip
def test_an_answer_that_nobody_can_use_counts_as_silence_and_hides_no_other(
    plugged: Callable[..., None], hook: str, answer: object
) -> None:
    good: dict[str, object] = {
        "register_links": (LINK,), "register_bots": [BOT], "register_pages": [object()], "render_post_footer": "<p>x</p>",
        "nodeinfo_metadata": {"a": 1},
    }  # fmt: skip
    plugged(b=Answers(good[hook]), a=Answers(answer), c=Answers(good[hook]))
    assert manager.collect(hook) == [("b", good[hook]), ("c", good[hook])]


def test_who_hears_a_hook_is_told_by_name_in_order(plugged: Callable[..., None]) -> None:
    plugged(zoe=Answers([]), amy=Answers([]), screen=Says("screen", None))
    assert manager.names_that_hear("register_links") == ["amy", "zoe"]
    assert manager.hears("zoe", "register_links")
    assert not manager.hears("screen", "register_links")
    assert not manager.hears("nobody", "register_links")
    assert not manager.hears("zoe", "a_hook_of_another_release")


def test_one_plugin_is_called_and_no_other_and_its_fault_is_its_callers_to_record(
    plugged: Callable[..., None],
) -> None:
    Says.asked.clear()
    plugged(
        one=Says("one", "answer"), two=Says("two", ZeroDivisionError()), three=Says("three", SystemExit(1))
    )
    assert manager.call("one", "screen_post", draft=DRAFT, author=AUTHOR) == "answer"
    assert Says.asked == ["one"]
    with pytest.raises(ZeroDivisionError):
        manager.call("two", "screen_post", draft=DRAFT)
    with pytest.raises(RuntimeError, match="three wanted to end its process"):
        manager.call("three", "screen_post", draft=DRAFT)
    assert manager.call("nobody", "screen_post", draft=DRAFT) is None


class Starts:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.settings: list[object] = []

    @hookimpl
    def startup(self, settings: object) -> None:
        self.settings.append(settings)
        if self.error is not None:
            raise self.error


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """Where plugins are found by their names."""
    found: dict[str, object] = {}

    def find(name: str) -> object:
        if name not in found:
            raise LookupError(name)
        return found[name]

    before = dict(manager._manager.list_name_plugin())
    monkeypatch.setattr(manager, "_find", find)
    yield found
    for name, _ in list(manager._manager.list_name_plugin()):
        manager._manager.unregister(name=name)
    for name, plugin in before.items():
        manager._manager.register(plugin, name=name)


def named(*names: str) -> Settings:
    return read_settings({"FEDCONNECT_PLUGINS": ",".join(names)})


def test_every_name_without_a_plugin_is_said_and_none_is_started(shelf: dict[str, object]) -> None:
    shelf["good"] = Starts()
    with pytest.raises(InvalidSettings) as refused:
        manager.load_plugins(named("good", "missing", "gone"))
    assert [problem.split("'")[1] for problem in refused.value.problems] == ["missing", "gone"]
    assert shelf["good"].settings == []  # type: ignore[attr-defined]


def test_a_plugin_that_cannot_start_says_so(shelf: dict[str, object]) -> None:
    shelf["bad"] = Starts(ValueError("no key"))
    with pytest.raises(InvalidSettings, match="plugin bad cannot start: no key"):
        manager.load_plugins(named("bad"))


def test_loading_again_switches_off_what_is_no_longer_named(shelf: dict[str, object]) -> None:
    shelf |= {"one": Starts(), "two": Starts()}
    manager.load_plugins(named("one", "two"))
    assert manager.names_that_hear("startup") == ["one", "two"]
    settings = named("two")
    manager.load_plugins(settings)
    assert manager.names_that_hear("startup") == ["two"]
    assert shelf["two"].settings[-1] is settings  # type: ignore[attr-defined]


def test_a_folder_is_imported_once_and_by_a_name_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fedconnect_plugins_tried", None)
    del sys.modules["fedconnect_plugins_tried"]
    (tmp_path / "__init__.py").write_text("from fedconnect_plugins_tried.part import VALUE\n")
    (tmp_path / "part.py").write_text("VALUE = object()\n")
    first = manager.import_plugin("tried", tmp_path)
    assert manager.import_plugin("tried", tmp_path) is first
    assert first.__name__ == "fedconnect_plugins_tried"
    del sys.modules["fedconnect_plugins_tried.part"]
