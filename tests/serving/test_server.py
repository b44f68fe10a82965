"""What gunicorn is told: where to listen, how much at once, and that what it makes is nobody else's business."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from fedconnect.foundation.settings import Settings
from fedconnect.serving import server
from fedconnect.serving.worker import BufferingWorker
from fedconnect.web.demo.door import DemoDoor
from support.forum import settings_for


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[server._Server]:
    """The servers that were run; none of them listens."""
    found: list[server._Server] = []
    monkeypatch.setattr(server._Server, "run", lambda self: found.append(self))
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that an app was made of."""
    found: list[Settings] = []

    def create_app(settings: Settings, *, demo: DemoDoor | None) -> Flask:
        found.append(settings)
        return Flask("test")

    monkeypatch.setattr(server, "create_app", create_app)
    return found


def run(
    served: list[server._Server], folder: Path, graceful: dict[str, Any] | None = None, **changes: str
) -> Any:
    server.serve(settings_for(folder, **changes), **graceful or {})
    return served[-1].cfg


def test_no_app_is_made_before_the_process_that_serves_it(
    served: list[server._Server], made: list[Settings], tmp_path: Path
) -> None:
    settings = settings_for(tmp_path)
    server.serve(settings)
    assert made == [], "its connections would be shared"
    assert isinstance(served[0].load(), Flask)
    assert made == [settings]
    assert not served[0].cfg.preload_app


def test_pages_are_served_where_and_by_as_many_as_was_set(
    served: list[server._Server], tmp_path: Path
) -> None:
    found = run(served, tmp_path, FEDCONNECT_BIND="[::1]:8123", FEDCONNECT_WEB_PROCESSES="7")
    assert (found.address, found.workers) == ([("::1", 8123)], 7)
    assert found.worker_class is BufferingWorker


def test_a_process_ends_within_the_time_that_it_was_given(
    served: list[server._Server], tmp_path: Path
) -> None:
    assert run(served, tmp_path).graceful_timeout == 30
    found = run(served, tmp_path, {"graceful_s": 3})
    assert (found.graceful_timeout, found.timeout) == (3, 60)


def test_nothing_that_it_makes_can_be_read_by_others_and_nobody_steers_it(
    served: list[server._Server], tmp_path: Path
) -> None:
    found = run(served, tmp_path)
    assert found.umask == 0o077
    assert found.control_socket_disable
    assert (found.reload, found.daemon, found.pidfile, found.accesslog) == (False, False, None, None)


def test_four_threads_are_left_for_pages_whatever_waits_for_other_servers(
    served: list[server._Server], tmp_path: Path
) -> None:
    assert run(served, tmp_path).threads == 12
