"""Telling plugins: at least once, never of what is gone, and again later where one fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.events import Cause, PostPublished, PostWithdrawn
from fedconnect.foundation import clock, database, durable, queue
from fedconnect.foundation.durable_kind import Claim, Done, Failed, RetryLater
from fedconnect.hooks import manager
from fedconnect.jobs import plugins
from fedconnect.jobs.plugins import PLUGIN_EVENTS
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from fedconnect.models.post import PostState
from support.unit import Unit, a_board, a_thread, add


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """What was told to whom; every plugin but `gone` hears every hook."""
    found: list[tuple[str, str, dict[str, Any]]] = []

    def call(plugin: str, hook: str, **arguments: Any) -> None:
        assert not database.is_open()
        found.append((plugin, hook, arguments))

    monkeypatch.setattr(manager, "hears", lambda plugin, hook: plugin != "gone")
    monkeypatch.setattr(manager, "call", call)
    monkeypatch.setattr(queue, "clear", lambda job: None)
    return found


def a_post_id(**values: Any) -> int:
    with database.transaction() as session:
        _, post = a_thread(session, a_board(session), **values)
    return post.id


def an_event(hook: str, plugin: str = "letter", **facts: Any) -> None:
    known = {"post_id": 1, "thread_id": 1, "board_id": 1, "is_starter": True}
    with database.transaction() as session:
        add(
            session,
            PluginEvent(plugin=plugin, hook=hook, event=json.dumps({**known, **facts}), due_at=clock.now()),
        )


def told() -> Claim[Any]:
    (found,) = durable.claim(PLUGIN_EVENTS)
    return found


def left() -> list[tuple[PluginEventState, str]]:
    with database.read_transaction() as session:
        return [(one.state, one.outcome) for one in session.execute(select(PluginEvent)).scalars()]


def test_a_plugin_that_is_switched_off_is_told_nothing(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]]
) -> None:
    an_event("post_published", "gone")
    assert plugins._tell(told()) == Failed("no plugin gone hears post_published")
    assert heard == []


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED])
def test_of_a_post_that_nobody_may_see_any_more_no_plugin_hears(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]], state: PostState
) -> None:
    an_event("post_published", post_id=a_post_id(state=state))
    assert isinstance(plugins._tell(told()), Done)
    assert heard == []


def test_a_plugin_hears_the_event_and_the_post_as_it_is(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]]
) -> None:
    number = a_post_id()
    an_event("post_published", post_id=number)
    assert plugins._tell(told()) == Done()
    ((plugin, hook, arguments),) = heard
    assert (plugin, hook) == ("letter", "post_published")
    assert arguments["event"] == PostPublished(number, 1, 1, True)
    assert (arguments["post"].id, arguments["post"].board_slug) == (number, "respite")


def test_that_a_post_is_gone_is_told_without_it(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]]
) -> None:
    an_event("post_withdrawn", cause="removed")
    assert plugins._tell(told()) == Done()
    assert heard == [("letter", "post_withdrawn", {"event": PostWithdrawn(1, 1, 1, True, Cause.REMOVED)})]


@pytest.mark.parametrize("facts", [{"score": 7}, {"post_id": 1, "what": None}])
def test_an_event_of_another_release_fails_alone(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]], facts: dict[str, Any]
) -> None:
    an_event("post_withdrawn", **facts)
    an_event("no_such_hook")
    an_event("post_withdrawn")
    for _ in range(3):
        plugins.run()
    assert len(heard) == 1
    assert [state for state, _ in left()] == [PluginEventState.FAILED] * 2


def failing(error: Exception) -> Callable[..., None]:
    def call(plugin: str, hook: str, **arguments: Any) -> None:
        raise error

    return call


def test_a_plugin_that_fails_is_told_again_later_and_keeps_no_other_from_it(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_event("post_withdrawn")
    monkeypatch.setattr(manager, "call", failing(ZeroDivisionError("by zero")))
    assert plugins._tell(told()) == RetryLater("ZeroDivisionError: by zero")


def test_what_was_told_is_forgotten_and_what_was_not_waits(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_event("post_withdrawn")
    plugins.run()
    assert left() == []
    an_event("post_withdrawn")
    monkeypatch.setattr(manager, "call", failing(ValueError("no")))
    plugins.run()
    assert left() == [(PluginEventState.QUEUED, "ValueError: no")]


def test_a_worker_that_is_to_stop_tells_nobody(
    unit: Unit, heard: list[tuple[str, str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_event("post_withdrawn")
    monkeypatch.setattr(queue, "stop_requested", lambda: True)
    plugins.run()
    assert heard == []
    assert len(left()) == 1
