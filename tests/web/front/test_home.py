"""The front page: boards for all, and either a reader's own feed or what waits and what is new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fedconnect.forum import thread_lists, unanswered
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.forum.unanswered import UnansweredPage
from fedconnect.foundation import clock, database
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.web import view_tracking
from fedconnect.web.front import home as view
from fedconnect.web.front import home_feed
from fedconnect.web.front.home_feed import HomeFeed
from support.forum_rows import a_line
from support.unit import a_board, a_person, a_reader, add
from support.views_unit import Desk
from support.web_rows import vary_of


def lines(*names: str, first: int = 1) -> list[ThreadItem]:
    return [
        a_line(id=number, author_handle=f"@{name}@home.example") for number, name in enumerate(names, first)
    ]


def ids(shown: list[Any]) -> list[int]:
    return [one.id for one in shown]


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    desk.sign_out()
    desk.watch(thread_lists, "list_latest", lines("ana", "ben", first=11))
    return desk.open(view.blueprint)


def sign_in(opened: Desk, *muted: str) -> None:
    with database.transaction() as session:
        reader = a_reader(session, a_person(session, "dora"))
        for one in muted:
            known = {"reader_id": reader.id, "kind": MuteKind.PERSON, "since": clock.now()}
            add(session, Mute(subject=f"{one}@home.example", **known))
        opened.signed_in(reader_id=reader.id, person_id=reader.person_id)


def test_boards_that_stay_here_stand_apart_from_those_that_federate(opened: Desk) -> None:
    answer = opened.get("/")
    assert [one.slug for one in opened.shown["boards"]] == ["respite"]
    assert [one.slug for one in opened.shown["here"]] == ["shelter"]
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert vary_of(answer.headers) == {"Accept"}


def test_a_stranger_is_shown_three_that_wait_and_everything_new(opened: Desk) -> None:
    asked = opened.watch(
        unanswered, "list_unanswered", UnansweredPage(lines("ana", "ben", "kim", "lea"), 1, has_more=False)
    )
    own = opened.watch(home_feed, "build_home_feed")
    opened.get("/")
    assert (ids(opened.shown["waiting"]), ids(opened.shown["threads"])) == ([1, 2, 3], [11, 12])
    assert (opened.shown["own"], own) == (None, [])
    assert asked == [{"reader": ""}], "of nobody"


def test_whose_own_question_waits_is_not_asked_to_answer_it(opened: Desk) -> None:
    sign_in(opened)
    opened.watch(home_feed, "build_home_feed", None)
    asked = opened.watch(
        unanswered,
        "list_unanswered",
        UnansweredPage(lines("dora", "ana", "dora", "ben", "kim", "lea"), 1, has_more=False),
    )
    opened.get("/")
    assert ids(opened.shown["waiting"]) == [2, 4, 5], "three of others"
    assert asked == [{"reader": "@dora@home.example"}]


def test_whom_a_reader_hides_stands_in_neither_list(opened: Desk) -> None:
    sign_in(opened, "ana")
    opened.watch(home_feed, "build_home_feed", None)
    opened.watch(unanswered, "list_unanswered", UnansweredPage(lines("ana", "ben"), 1, has_more=False))
    opened.get("/")
    assert (ids(opened.shown["waiting"]), ids(opened.shown["threads"])) == ([2], [12])


def test_whoever_has_a_feed_of_their_own_sees_that_and_nothing_else_is_looked_for(opened: Desk) -> None:
    sign_in(opened)
    waiting = opened.watch(unanswered, "list_unanswered", UnansweredPage(lines("ana"), 1, has_more=False))
    latest = opened.watch(thread_lists, "list_latest", lines("ana"))
    feed = HomeFeed([], {}, {}, is_plain=False, page=3, has_more=False, passed_on=(5,))
    built, noted = (
        opened.watch(home_feed, "build_home_feed", feed),
        opened.watch(view_tracking, "note_passed_on"),
    )
    opened.get("/?page=3")
    assert (opened.shown["own"], opened.shown["waiting"], opened.shown["threads"]) == (feed, [], [])
    assert opened.visit is not None
    assert noted == [{"reader_id": opened.visit.reader_id, "post_ids": (5,)}]
    assert (waiting, latest) == ([], [])
    assert [(one["viewer"].visit, one["page"]) for one in built] == [(opened.visit, 3)]


def test_a_reader_without_a_feed_sees_what_everybody_sees_with_what_is_new_to_them(opened: Desk) -> None:
    sign_in(opened)
    opened.watch(home_feed, "build_home_feed", None)
    fresh = a_line(id=21, published=clock.now() + timedelta(days=1))
    opened.watch(thread_lists, "list_latest", [fresh])
    opened.watch(unanswered, "list_unanswered", UnansweredPage([], 1, has_more=False))
    noted = opened.watch(view_tracking, "note_passed_on")
    opened.get("/")
    assert [one.news for one in opened.shown["threads"]] == ["thread"]
    assert noted == [], "nothing had a place"


def test_one_that_waits_and_is_new_stands_in_both_lists(opened: Desk) -> None:
    opened.watch(unanswered, "list_unanswered", UnansweredPage(lines("ana"), 1, has_more=False))
    opened.watch(thread_lists, "list_latest", lines("ana"))
    opened.get("/")
    assert (ids(opened.shown["waiting"]), ids(opened.shown["threads"])) == ([1], [1])
