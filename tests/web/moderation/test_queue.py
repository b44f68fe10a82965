"""The list of what waits: many cases decided alike, and what was just decided taken back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.foundation.errors import NotFound
from fedconnect.moderation.casework import daily_list, deciding
from fedconnect.moderation.casework.daily_list import DailyList
from fedconnect.web.moderation import queue as view
from fedconnect.web.moderation.queue import back_to_queue
from support.views_unit import Desk

NOTHING = DailyList([], [], [], {}, runs_forum=False)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


def test_nobody_sees_or_decides_anything_without_signing_in(opened: Desk) -> None:
    opened.sign_out()
    calls = [opened.watch(module, name) for module, name in (
        (daily_list, "open_list"), (deciding, "decide_cases"), (deciding, "undo"),
    )]  # fmt: skip
    assert opened.get("/moderation").status_code == 401
    assert opened.post("/moderation", {"case": "7"}).status_code == 401
    assert opened.post("/moderation/undo", {"first": "1", "last": "2"}).status_code == 401
    assert calls == [[], [], []]


def test_whoever_looks_after_nothing_learns_nothing(opened: Desk) -> None:
    opened.watch(daily_list, "open_list", NotFound("none"))
    assert opened.get("/moderation").status_code == 404
    assert opened.pages == []


def test_each_part_of_the_list_stands_in_its_place(opened: Desk) -> None:
    visit = opened.signed_in(reader_id=12)
    lines, posts, waiting, rules = ["line"], ["post"], ["waiting"], {1: ["rule"]}
    asked = opened.watch(daily_list, "open_list", DailyList(lines, posts, waiting, rules, runs_forum=True))  # type: ignore[arg-type]
    page = opened.get("/moderation?first=3&last=9&many=2")
    assert (page.status_code, page.headers["X-Robots-Tag"]) == (200, "noindex")
    assert asked == [{"visit": visit}]
    shown = opened.shown
    assert (shown["runs_it"], shown["lines"], shown["hashtag_posts"]) == (True, lines, posts)
    assert (shown["waiting"], shown["rules"], shown["done"]) == (waiting, rules, (3, 9, 2))
    assert (shown["done"].first, shown["done"].last, shown["done"].many) == (3, 9, 2)


@pytest.mark.parametrize(
    ("query", "done"),
    [
        ("", (0, 0, 0)), ("?first=x&last=-1&many=<b>", (0, 0, 0)), ("?many=2", (0, 0, 2)),
        ("?first=0&last=" + "9" * 30, (0, 0, 0)), ("?first=3&first=4&last=1.5", (3, 0, 0)),
    ],
)  # fmt: skip
def test_what_a_link_says_was_done_is_numbers_or_nothing(
    opened: Desk, query: str, done: tuple[int, int, int]
) -> None:
    opened.watch(daily_list, "open_list", NOTHING)
    assert opened.get("/moderation" + query).status_code == 200
    assert opened.shown["done"] == done


def test_only_numbers_are_decided_in_the_order_in_which_they_were_ticked(opened: Desk) -> None:
    visit = opened.signed_in(reader_id=12)
    made = opened.watch(deciding, "decide_cases", [SimpleNamespace(id=30), SimpleNamespace(id=10)])
    form = {"case": ["9", "", "x", "0", "-3", "4", "9" * 20], "action": "remove", "reason": "Spam"}
    answer = opened.post("/moderation", form)
    assert (answer.status_code, answer.location) == (303, "/moderation?first=10&last=30&many=2")
    (call,) = made
    assert (call["visit"], call["case_ids"]) == (visit, [9, 4])
    assert (call["form"].action, call["form"].reason) == ("remove", "Spam")


@pytest.mark.parametrize(("sent", "taken"), [(100, 100), (101, 100), (5000, 100)])
def test_no_more_than_a_hundred_are_decided_at_once(opened: Desk, sent: int, taken: int) -> None:
    made = opened.watch(deciding, "decide_cases", [])
    opened.post("/moderation", {"case": [str(number) for number in range(1, sent + 1)]})
    (call,) = made
    assert [value for value in call.values() if isinstance(value, list)] == [list(range(1, taken + 1))]


def test_what_is_taken_back_is_named_by_its_ends_and_nothing_stands_for_none(opened: Desk) -> None:
    visit = opened.signed_in(reader_id=12)
    taken = opened.watch(deciding, "undo", 1)
    assert opened.post("/moderation/undo", {"first": "10", "last": "30"}).location == "/moderation"
    assert opened.post("/moderation/undo", {"first": "10; drop", "last": ""}).status_code == 303
    assert taken == [
        {"visit": visit, "first": 10, "last": 30}, {"visit": visit, "first": 0, "last": 0},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "address"),
    [
        ([], "/moderation"), ([5], "/moderation?first=5&last=5&many=1"),
        ([7, 3, 5], "/moderation?first=3&last=7&many=3"),
    ],
)  # fmt: skip
def test_the_list_is_told_from_the_lowest_to_the_highest(numbers: list[int], address: str) -> None:
    made: list[Any] = [SimpleNamespace(id=number) for number in numbers]
    assert back_to_queue(made) == address


@pytest.mark.usefixtures("time_stands_still")
def test_deciding_on_many_counts_as_one_deed_and_looking_as_none(opened: Desk) -> None:
    opened.watch(daily_list, "open_list", NOTHING)
    opened.watch(deciding, "decide_cases", [])
    opened.use_up("decisions of a moderator", "2", 299)
    assert opened.get("/moderation").status_code == 200
    form = {"case": ["1", "2", "3"]}
    assert [opened.post("/moderation", form).status_code for _ in range(2)] == [303, 429]
