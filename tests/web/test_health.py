"""`/health` tells the truth, cheaply, and tells strangers no more than a word."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import event

from fedconnect.foundation import database, rate_limit
from fedconnect.foundation.crash_loops import write_failures
from support.forum import Forum, settings_for
from support.remote import RemotePerson
from support.valkey import running_valkey


def health(forum: Forum) -> tuple[int, dict[str, Any]]:
    forum.client.application.extensions["health"] = (0.0, {})
    answer = forum.get("/health")
    assert answer.json is not None
    return answer.status_code, answer.json


def test_l1_health_is_one_word_each(forum: Forum) -> None:
    status, facts = health(forum)
    assert (status, facts) == (
        200,
        {"status": "degraded", "database": "ok", "valkey": "ok", "workers": "none", "processes": "ok"},
    )
    rate_limit._shared._redis.sadd("rq:workers", "rq:worker:one")  # type: ignore[union-attr]
    rate_limit._shared._redis.set("rq:worker:one", "1", ex=60)  # type: ignore[union-attr]
    assert health(forum)[1]["status"] == "ok"


def test_l1_a_child_that_keeps_ending_is_said_by_health(forum: Forum) -> None:
    write_failures(forum.settings.data_dir, ["worker 2"])
    assert health(forum)[1]["processes"] == "keep ending: worker 2"


def test_health_is_found_out_once_in_five_seconds(forum: Forum, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(database, "check_writable", lambda: asked.append(1))
    forum.client.application.extensions["health"] = (0.0, {})
    for _ in range(20):
        forum.get("/health")
    assert len(asked) == 1


def make_unwritable() -> None:
    """Let each connection for writing refuse to, as on a disk that was mounted read-only."""
    writer = database.installed().writer
    database.installed().dispose()

    @event.listens_for(writer, "connect")
    def on_connect(connection: Any, _entry: Any) -> None:
        connection.execute("PRAGMA query_only=ON")


def test_l1_a_read_only_database_is_said_and_pages_stay(forum: Forum, ana: RemotePerson) -> None:
    if not forum.settings.is_sqlite:
        pytest.skip("PostgreSQL is read-only as a standby; a session that is can be told otherwise")
    make_unwritable()
    status, facts = health(forum)
    assert (status, facts["database"], facts["status"]) == (503, "read-only", "down")
    assert forum.get("/boards/respite").status_code == 200
    answer = forum.post(ana, ana.follow(forum.board()))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_m5_a_valkey_that_hangs_is_said_within_a_second(forum: Forum, tmp_path: Path) -> None:
    with running_valkey(settings_for(tmp_path / "own")) as url:
        rate_limit.connect(url, b"")
        assert health(forum)[1]["valkey"] == "ok"
        server = int(Redis.from_url(url).info("server")["process_id"])
        os.kill(server, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            status, facts = health(forum)
            assert (status, facts["valkey"]) == (200, "away")
            assert time.monotonic() - begun < 1.5
        finally:
            os.kill(server, signal.SIGCONT)


def test_l1_health_names_no_folder(forum: Forum) -> None:
    write_failures(forum.settings.data_dir, ["worker 1"])
    assert str(forum.settings.data_dir) not in forum.get("/health").get_data(as_text=True)
