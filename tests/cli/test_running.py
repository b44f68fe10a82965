"""Running an installation: nothing is made before it is sure to start, and each command starts what it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fedconnect import serving, up, worker
from fedconnect.cli import running
from fedconnect.demo import conversations, process, world
from fedconnect.foundation import clock, database, queue
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import SETTINGS, Settings
from fedconnect.models.board import Board
from fedconnect.models.thread import Thread
from support.cli_unit import Shell, all_of, keep, the
from support.unit import a_board


class Steps(list[str]):
    """The steps of a start, in order; one of them may fail, and the last says what was started."""

    fails: str = ""
    extra: dict[str, list[str]] | None = None
    serve: Callable[[], None] | None = None
    is_demo: bool = False

    def step(self, name: str) -> Callable[[Any], None]:
        def take(_: Any) -> None:
            self.append(name)
            if name == self.fails:
                raise InvalidSettings([f"{name} cannot be"])

        return take

    def run(
        self,
        settings: Settings,
        serve: Callable[[], None],
        *,
        extra: dict[str, list[str]] | None,
        demo: bool,
    ) -> None:
        self.append("run")
        self.extra, self.serve, self.is_demo = extra, serve, demo

    @contextmanager
    def sole_owner(self, _: Settings) -> Iterator[None]:
        self.append("own")
        yield
        self.append("let go")


@pytest.fixture
def steps(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    taken = Steps()
    monkeypatch.setenv("FEDCONNECT_DATA_DIR", str(tmp_path / "of the demo"))
    for name in ("ALLOWED_PRIVATE_ADDRESSES", "HOME_SERVER"):
        monkeypatch.setenv(f"FEDCONNECT_{name}", "")  # undone with the test, whoever sets them
    monkeypatch.setattr(running.wiring, "rehearse", taken.step("rehearse"))
    monkeypatch.setattr(running, "check_private", taken.step("private"))
    monkeypatch.setattr(running, "prepare", taken.step("prepare"))
    monkeypatch.setattr(up, "check_unused", taken.step("unused"))
    monkeypatch.setattr(up, "check_port", taken.step("port"))
    monkeypatch.setattr(up, "sole_owner", taken.sole_owner)
    monkeypatch.setattr(up, "run", taken.run)
    yield taken
    clock.set_shift(None)


@pytest.mark.parametrize("trouble", ["rehearse", "private", "unused", "port"])
def test_where_it_cannot_start_nothing_is_made(steps: Steps, shell: Shell, trouble: str) -> None:
    steps.fails = trouble
    assert shell.fails("up") == f"{trouble} cannot be"
    assert steps[-1] == trouble
    assert {"own", "prepare", "run"}.isdisjoint(steps)
    assert all_of(Board) == []


def test_the_data_are_held_from_before_they_are_prepared_until_all_has_ended(
    steps: Steps, shell: Shell
) -> None:
    shell.does("up")
    assert steps == ["rehearse", "private", "unused", "port", "own", "prepare", "run", "let go"]
    assert steps.extra is None


def test_without_the_flag_there_is_no_clock_and_no_process_of_the_demo(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served: list[object] = []
    monkeypatch.setattr(serving, "serve", lambda settings, graceful_s, demo: served.append(demo))
    shell.does("up")
    shell.does("web")
    assert steps.serve is not None
    steps.serve()
    assert (clock.shift_ms(), steps.extra, steps.is_demo) == (0, None, False)
    assert served == [None, None]
    assert not (tmp_path / "of the demo" / "demo").exists()


def test_a_new_demo_is_a_month_behind_and_goes_on_from_there(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.does("up", "--demo")
    month_ms = -30 * 86_400_000
    assert clock.shift_ms() == month_ms
    assert steps.is_demo
    assert all_of(Board)[0].created_at < clock.machine_now() - timedelta(days=29)
    clock.set_shift(None)
    monkeypatch.setattr(worker, "work", lambda *_: steps.append(str(clock.shift_ms())))
    shell.does("--demo", "worker")
    assert steps[-1] == str(month_ms), "what it starts lives in the same time"


def test_content_that_is_there_keeps_its_own_time(steps: Steps, shell: Shell) -> None:
    keep(a_board, "respite")
    shell.does("up", "--demo")
    assert clock.shift_ms() == 0


def test_an_empty_forum_begins_with_one_board_and_its_welcome(steps: Steps, shell: Shell) -> None:
    shell.does("up")
    assert the(Board).slug == "lobby"
    assert the(Thread).pinned
    shell.does("up")
    assert len(all_of(Board)) == len(all_of(Thread)) == 1, "and only once"


def test_a_forum_that_has_a_board_gets_none(steps: Steps, shell: Shell) -> None:
    keep(a_board, "respite")
    shell.does("up")
    shell.does("up", "--demo")
    assert the(Board).slug == "respite"


def test_the_demo_brings_boards_that_its_people_may_fill_at_once(steps: Steps, shell: Shell) -> None:
    shell.does("up", "--demo")
    of_polis = {one.slug for one in conversations.TOPICS}
    own = {one.slug for one in world.read_boards()}
    assert {one.slug for one in all_of(Board)} == of_polis | own
    raised = {
        one.slug for one in all_of(Board) if one.threads_a_stranger == conversations.MOST_THREADS_A_PERSON
    }
    assert raised == of_polis
    assert len(all_of(Thread)) == len(of_polis) + len(own)
    assert steps.extra == {"demo": ["demo-people"]}


def test_the_forum_may_speak_to_the_demo_on_this_machine_and_to_nobody_else_there(
    steps: Steps, shell: Shell
) -> None:
    shell.does("up")
    assert os.environ["FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES"] == ""
    shell.does("up", "--demo")
    assert os.environ["FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES"] == "127.0.0.1/32,127.0.0.2/32,127.0.0.3/32", (
        "its children read it too"
    )
    assert os.environ["FEDCONNECT_HOME_SERVER"] == "127.0.0.1,127.0.0.2"


def test_pages_are_given_three_seconds_to_finish_before_the_tree_is_ended(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[str, int]] = []
    monkeypatch.setattr(
        serving, "serve", lambda settings, graceful_s, demo: served.append((settings.host, graceful_s))
    )
    shell.does("up")
    assert steps.serve is not None
    assert served == []
    steps.serve()
    assert served == [("forum.example", 3)]


# Each alone


@pytest.mark.parametrize(("words", "seconds"), [((), 30), (("--graceful-seconds", "0"), 0)])
def test_pages_alone_are_served_from_private_data(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], seconds: int
) -> None:
    monkeypatch.setattr(serving, "serve", lambda _, graceful_s, demo: steps.append(f"serve {graceful_s}"))
    shell.does("web", *words)
    assert steps == ["private", f"serve {seconds}"]
    steps.fails = "private"
    shell.fails("web", *words)
    assert steps[2:] == ["private"]


@pytest.mark.parametrize(
    ("words", "queues"),
    [
        ((), "general delivery"),
        (("--queue", "delivery"), "delivery"),
        (("--queue", "delivery", "--queue", "general"), "delivery general"),
    ],
)
def test_a_worker_works_on_the_queues_that_are_named_and_without_any_on_all(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], queues: str
) -> None:
    monkeypatch.setattr(worker, "work", lambda _, names: steps.append(" ".join(names)))
    shell.does("worker", *words)
    assert steps == ["private", queues]
    steps.fails = "private"
    shell.fails("worker", *words)
    assert steps[2:] == ["private"]


def test_a_queue_that_is_not_there_is_worked_on_by_nobody(
    steps: Steps, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "work", lambda *_: steps.append("work"))
    assert shell.run("worker", "--queue", "everything").exit_code == 2
    assert steps == []


def test_the_demo_speaks_with_the_settings_that_there_are(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(process, "run", lambda settings: ran.append(settings.base_url))
    shell.does("demo-people")
    assert ran == ["https://forum.example"]


@pytest.mark.parametrize(("done", "words"), [(True, "was brought up to date"), (False, "is up to date")])
def test_it_is_said_whether_the_database_was_behind(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, done: bool, words: str
) -> None:
    monkeypatch.setattr(running, "prepare", lambda _: done)
    assert shell.does("migrate") == f"The database {words}.\n"


# Looking at what is set


class Opened:
    """A database that answers, and may keep what it said or not."""

    keeps = True

    def __init__(self, url: str) -> None:
        self.reader = database.installed().reader
        self.url, self.is_let_go = url, False
        opened.append(self)

    def keeps_commits(self) -> bool:
        return self.keeps

    def dispose(self) -> None:
        self.is_let_go = True


opened: list[Opened] = []


@pytest.fixture
def look(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Call `check` where Valkey does not answer."""
    opened.clear()
    monkeypatch.setattr(running, "Database", Opened)
    monkeypatch.setattr(queue, "connect", lambda _: None)
    monkeypatch.setattr(queue, "is_reachable", lambda: False)
    return lambda: shell.does("check")


def test_the_password_of_a_database_is_not_shown(
    look: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        scheme = "redis" if name.startswith("REDIS") else "postgresql"
        monkeypatch.setenv(f"FEDCONNECT_{name}", f"{scheme}://ada:hunter2@127.0.0.1/1")
    said = look()
    assert "hunter2" not in said
    assert said.count("now: (set)") == 2


def test_each_setting_is_shown_with_what_is_set_or_its_default(
    look: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEDCONNECT_WORKERS", "7")
    said = look()
    for setting in SETTINGS:
        assert f"{setting.variable}\n    {setting.meaning}\n    now: " in said
    assert "How many worker processes.\n    now: 7\n" in said
    assert "How many web processes.\n    now: 2\n" in said
    assert "two letters each, commas).\n    now: (empty)\n" in said
    assert "people and other servers use.\n    now: https://forum.example\n" in said


def test_to_look_makes_no_database(look: Callable[[], str], shell: Shell) -> None:
    said = look()
    assert "Database: not made yet; " in said
    assert "reachable.\nValkey" not in said
    assert shell.prepared == []
    assert opened[0].is_let_go


def test_a_database_that_is_there_is_tried(look: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDCONNECT_DATABASE_URL", "postgresql://127.0.0.1/forum")
    said = look()
    assert said.endswith("Database: reachable.\nValkey: does not answer (`fedconnect up` brings its own).\n")
    assert opened[0].url == "postgresql+psycopg://127.0.0.1/forum"


def test_a_sqlite_file_that_is_there_is_tried(look: Callable[[], str], tmp_path: Any) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fedconnect.db").touch()
    assert "Database: reachable." in look()


def test_a_database_that_would_lose_what_it_accepted_is_warned_of(
    look: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEDCONNECT_DATABASE_URL", "postgresql://127.0.0.1/forum")
    monkeypatch.setattr(Opened, "keeps", False)
    assert "fsync is off in PostgreSQL: a power cut loses what was accepted" in look()


def test_a_valkey_that_answers_is_said_to(look: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setenv("FEDCONNECT_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(queue, "connect", asked.append)
    monkeypatch.setattr(queue, "is_reachable", lambda: asked == ["redis://127.0.0.1:1/0"])
    assert look().endswith("Valkey: reachable.\n")


def test_an_installation_that_only_has_sealed_boards_gets_no_public_one(steps: Steps, shell: Shell) -> None:
    keep(a_board, "sealed", is_local_only=True)
    running._first_board(demo=False)
    assert [one.slug for one in all_of(Board)] == ["sealed"]


def test_a_password_that_stands_behind_the_address_is_not_printed_either(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEDCONNECT_DATABASE_URL", "postgresql:///forum?host=/nowhere&user=u&password=hunter2")
    assert "hunter2" not in shell.run("check").output
