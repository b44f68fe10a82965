"""The month: each deed once and in its time, on the road that it would take in life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.demo import month as module
from fedconnect.demo.home.resident import Resident, key_number
from fedconnect.demo.month import Month
from fedconnect.demo.world import moment_of, read_world
from fedconnect.foundation.errors import FetchFailed

BEGUN = datetime(2026, 11, 30, 12, tzinfo=UTC)
FORUM, HOME = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
WORLD = read_world(BEGUN)


class Around:
    """All that the month asks, written down: home server, Polis people, readers, moderators, spammers, commands and bells."""

    base, forum, host = HOME, FORUM, "127.0.0.1:8001"

    def __init__(self, folder: Path) -> None:
        self.told = folder / "told"
        self.done: list[tuple[Any, ...]] = []
        self.messages: dict[str, list[Any]] = {}
        self.people = {name: Resident(self, name, key_number(1)) for name in WORLD.people}
        self.deliverer = self
        self.fails = ""

    def __getattr__(self, name: str) -> Any:
        def note(*args: Any, **_: Any) -> Any:
            self.done.append((name, *args))
            if name == self.fails:
                raise FetchFailed("by a test")
            return self

        return note

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [one[1:] for one in self.done if one[0] == name]


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Around:
    made = Around(tmp_path)
    monkeypatch.setattr(module.queue, "enqueue_once", lambda job: made.done.append(("bell", job)))
    return made


def a_month(around: Around) -> Month:
    some: Any = around
    return Month(WORLD, BEGUN, some, some, some, some, some, around.call)


def day(number: float) -> datetime:
    return moment_of(number, BEGUN)


def test_nothing_happens_before_its_day_and_nothing_twice(around: Around) -> None:
    month = a_month(around)
    month.step(day(0), day(0.25))
    assert around.named("call") == [("admin", "add", "@ade@127.0.0.1:8001")]
    said = [one["object"]["content"] for _, one in around.named("say") if one["type"] == "Create"]
    assert len(said) == len([one for one in WORLD.posts if one.at <= 0.25])
    a_month(around).step(day(0.25), day(0.5))
    assert len(around.named("call")) == 1, "after a restart too"
    assert around.named("tell_until") == [(day(0.25),), (day(0.5),)]


def test_each_step_rings_for_what_falls_due_by_time_and_lets_readers_come(around: Around) -> None:
    a_month(around).step(day(3), day(3.25))
    assert {job for (job,) in around.named("bell")} >= {"hearings", "listening", "companions", "hourly"}
    assert around.named("come") == [(0.25, 6)]


def test_a_deed_that_fails_keeps_no_other_from_happening(around: Around) -> None:
    around.fails = "call"
    a_month(around).step(day(0), day(0.35))
    assert around.named("say")
    assert around.named("come")


def test_all_that_was_written_down_happens_by_the_end(around: Around) -> None:
    a_month(around).step(day(0), day(30))
    kinds = [one["type"] for _, one, *_ in around.named("say")]
    assert kinds.count("Create") == len(WORLD.posts)
    assert kinds.count("Flag") == len(WORLD.reports) + len([one for one in WORLD.posts if one.verdict])
    to = [args[1] for args in around.named("write_private")]
    assert to.count(f"{FORUM}/services/letter") == 2
    assert len(to) == 2 + len(WORLD.messages)
    assert around.named("post") == [("/boards/respite/ask", {"text": WORLD.questions[0].text, "for": "me"})]
    assert around.named("send") == [()]
    assert len(around.named("object_to")) == 1


def test_a_post_of_the_month_is_a_public_note_that_names_its_board(around: Around) -> None:
    month = a_month(around)
    answered = next(one for one in WORLD.posts if one.answers == "first-night")
    note = month.note(answered)
    starter = next(one for one in WORLD.posts if one.name == "first-night")
    assert note["inReplyTo"] == month.post_uri(starter)
    assert (note["to"], f"{FORUM}/boards/respite" in note["cc"]) == ([PUBLIC], True)
    assert note["published"] == (BEGUN - timedelta(days=30 - answered.at)).isoformat(
        timespec="seconds"
    ).replace("+00:00", "Z")
    funding = month.note(next(one for one in WORLD.posts if one.tags))
    assert {"type": "Hashtag", "href": f"{HOME}/tags/funding", "name": "#funding"} in funding["tag"]


def test_a_report_names_author_and_post_and_goes_to_nobody_but_the_forum(around: Around) -> None:
    month = a_month(around)
    post = next(one for one in WORLD.posts if one.name == "mo-insult")
    month._report(post, "dilys", "Unkind.")
    ((by, flag),) = around.named("say")
    assert by == "dilys"
    assert (flag["type"], flag["content"]) == ("Flag", "Unkind.")
    assert flag["object"] == [f"{HOME}/users/gus", month.post_uri(post)]
    assert PUBLIC not in flag["to"]


def test_after_a_restart_only_what_was_written_is_served(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.clock, "now", lambda: day(1))
    a_month(around).serve_past()
    assert len(around.named("serve")) == len([one for one in WORLD.posts if one.at <= 1])
