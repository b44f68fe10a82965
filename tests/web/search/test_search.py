"""Search: nothing is asked where nothing is looked for, and whom a reader hides is not found for them."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.forum import search
from fedconnect.forum.author_display import Author
from fedconnect.forum.search import Found
from fedconnect.foundation import clock, database
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.web.search import results
from fedconnect.web.search import search as view
from support.forum_rows import at
from support.unit import a_board, a_person, a_reader, add
from support.views_unit import Desk


def found(number: int, **values: Any) -> Found:
    known: dict[str, Any] = {
        "post_id": number, "thread_id": 5, "board_slug": "respite", "board_name": "Respite", "hides_authors": False,
        "title": "Title", "excerpt": "Excerpt", "warning": "", "language": "en", "is_starter": True,
        "author": Author("Ana", "@ana@home.example", "", "Ana"), "author_handle": "@ana@home.example",
        "published": at(number),
    }  # fmt: skip
    return Found(**{**known, **values})


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    desk.draws(results)
    desk.sign_out()
    return desk.open(view.blueprint)


def sign_in(opened: Desk, hides_authors: bool | None = None, **mutes: str) -> None:
    with database.transaction() as session:
        reader = a_reader(session, a_person(session, "dora"))
        for kind, subject in mutes.items():
            known = {"reader_id": reader.id, "since": clock.now()}
            add(session, Mute(kind=MuteKind[kind.upper()], subject=subject, **known))
        ids = {"reader_id": reader.id, "person_id": reader.person_id}
        opened.signed_in(hides_authors=hides_authors, **ids)


@pytest.mark.parametrize("path", ["/search", "/search/feed.atom"])
@pytest.mark.parametrize("query", ["", "?q=", "?q=!!!", "?board=respite", "?language=de&since=2026-11-01"])
def test_where_nothing_is_looked_for_nothing_is_asked(opened: Desk, path: str, query: str) -> None:
    asked = opened.watch(search, "search", ([], False))
    assert opened.get(path + query).status_code == (400 if "feed" in path else 200)
    assert asked == []


@pytest.mark.parametrize("path", ["/search", "/search/feed.atom"])
@pytest.mark.parametrize(
    ("query", "status"), [("q=a&board=../x", 400), ("person=x", 404), ("q=a&page=0", 400)]
)
def test_what_makes_no_sense_is_said_to_make_none(opened: Desk, path: str, query: str, status: int) -> None:
    asked = opened.watch(search, "search", ([], False))
    assert opened.get(f"{path}?{query}").status_code == status
    assert asked == []


@pytest.mark.parametrize(
    ("mute", "left"),
    [
        ({"person": "ben@b.example"}, [1, 3, 4]),
        ({"server": "b.example"}, [1, 3, 4]),
        ({"words": "war"}, [1, 2]),
    ],
)
def test_whom_and_what_a_reader_hides_is_not_found_for_them(
    opened: Desk, mute: dict[str, str], left: list[int]
) -> None:
    everything = [
        found(1), found(2, author_handle="@ben@b.example"), found(3, title="The war"), found(4, excerpt="a War,"),
    ]  # fmt: skip
    opened.watch(search, "search", (everything, True))
    opened.get("/search?q=care")
    assert [one.post_id for one in opened.shown["found"]] == [1, 2, 3, 4]
    sign_in(opened, **mute)
    opened.get("/search?q=care")
    assert [one.post_id for one in opened.shown["found"]] == left


@pytest.mark.parametrize(("choice", "hidden"), [(None, {2}), (True, {1, 2}), (False, set())])
def test_names_are_hidden_as_the_reader_chose_or_else_as_each_board_does(
    opened: Desk, choice: bool | None, hidden: set[int]
) -> None:
    opened.watch(search, "search", ([found(1), found(2, hides_authors=True)], False))
    sign_in(opened, choice)
    opened.get("/search?q=care")
    assert opened.shown["hidden"] == hidden


def test_a_page_shows_what_was_asked_and_leads_on_with_it(opened: Desk) -> None:
    asked = opened.watch(search, "search", ([found(1)], True))
    answer = opened.get("/search?q=care+%26+more&board=respite&page=3&x=y")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    shown = opened.shown
    assert (shown["page"], shown["has_more"], shown["query"]) == (3, True, "q=care+%26+more&board=respite")
    assert [one.slug for one in shown["boards"]] == ["respite"], "none that stays here"
    assert [(one["question"], one["page"]) for one in asked] == [(shown["question"], 3)]


@pytest.mark.parametrize(
    ("query", "title"),
    [("q=care", "Search: care"), ("person=@ana@home.example", "Search: @ana@home.example"),
     ("q=care&person=@ana@home.example", "Search: care")],
)  # fmt: skip
def test_a_feed_is_named_after_what_is_looked_for_and_dated_by_its_newest(
    opened: Desk, query: str, title: str
) -> None:
    opened.watch(search, "search", ([found(1), found(9), found(3)], False))
    answer = opened.get(f"/search/feed.atom?{query}")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert (opened.shown["title"], opened.shown["updated"]) == (title, at(9))
    path = opened.shown["path"]
    assert path.startswith("/search?")
    assert opened.shown["self_path"] == path.replace("/search?", "/search/feed.atom?")


@pytest.mark.usefixtures("time_stands_still")
def test_thirty_searches_in_five_minutes_are_enough_also_as_a_feed(opened: Desk) -> None:
    opened.watch(search, "search", ([], False))
    opened.use_up("searches", "127.0.0.1", 29)
    assert opened.get("/search").status_code == 200
    assert [opened.get(f"/search{path}?q=care").status_code for path in ("/feed.atom", "")] == [200, 429]
