"""Somebody's posts on one page: only of those who let themselves be found, by their own handle."""

from __future__ import annotations

import pytest

from fedconnect.forum import person_pages, search
from fedconnect.forum.author_display import Author
from fedconnect.forum.person_pages import PersonPage
from fedconnect.forum.search import Question
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.web.search import posts_of_person as view
from fedconnect.web.search import results
from support.unit import a_person, a_reader, add
from support.views_unit import Desk

ANA = "@ana@home.example"


def somebody(*, is_open: bool = True) -> PersonPage:
    return PersonPage(Author("Ana", ANA, "", "Ana"), ANA, "https://home.example/users/ana", is_open)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.draws(results)
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.mark.parametrize("path", ["", "/feed.atom"])
@pytest.mark.parametrize("handle", ["ana", "@ana", "a@b@c", "@@home.example"])
def test_what_is_no_handle_is_nobody_and_nobody_is_looked_for(opened: Desk, handle: str, path: str) -> None:
    looked = opened.watch(person_pages, "get_person", somebody())
    assert opened.get(f"/people/{handle}{path}").status_code == 404
    assert looked == []


@pytest.mark.parametrize("path", ["", "/feed.atom"])
def test_whoever_wrote_nothing_here_is_nobody(opened: Desk, path: str) -> None:
    opened.watch(person_pages, "get_person", NotFound("nobody"))
    asked = opened.watch(search, "search", ([], False))
    assert opened.get(f"/people/{ANA}{path}").status_code == 404
    assert asked == []


def test_of_whoever_asks_not_to_be_gathered_nothing_is(opened: Desk) -> None:
    opened.watch(person_pages, "get_person", somebody(is_open=False))
    asked = opened.watch(search, "search", (["post"], True))
    assert opened.get(f"/people/{ANA}/feed.atom").status_code == 404
    assert opened.get(f"/people/{ANA}").status_code == 200
    assert (opened.shown["found"], opened.shown["has_more"], asked) == ([], False, [])


def test_a_page_is_of_the_one_who_was_found_and_is_for_no_search_engine(opened: Desk) -> None:
    looked = opened.watch(person_pages, "get_person", somebody())
    asked = opened.watch(search, "search", (["post"], True))
    answer = opened.get("/people/ana@HOME.example?page=2")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [one["handle"] for one in looked] == ["ana@HOME.example"]
    assert [(one["question"], one["page"]) for one in asked] == [(Question(person=ANA), 2)]
    shown = opened.shown
    assert (shown["found"], shown["has_more"], shown["page"]) == (["post"], True, 2)
    assert (shown["person"], shown["is_muted"]) == (somebody(), False)


@pytest.mark.parametrize(("subject", "is_muted"), [("ana@home.example", True), ("ben@home.example", False)])
def test_a_reader_sees_that_they_hide_somebody(opened: Desk, subject: str, is_muted: bool) -> None:
    with database.transaction() as session:
        reader = a_reader(session, a_person(session, "dora"))
        row = Mute(reader_id=reader.id, kind=MuteKind.PERSON, subject=subject, since=clock.now())
        add(session, row)
        opened.signed_in(reader_id=reader.id, person_id=reader.person_id)
    opened.watch(person_pages, "get_person", somebody())
    opened.watch(search, "search", ([], False))
    opened.get(f"/people/{ANA}")
    assert opened.shown["is_muted"] is is_muted


def test_a_feed_is_of_one_and_named_after_them(opened: Desk) -> None:
    opened.watch(person_pages, "get_person", somebody())
    asked = opened.watch(search, "search", ([], False))
    answer = opened.get(f"/people/{ANA}/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    shown = opened.shown
    assert (shown["title"], shown["path"], shown["is_about_one"]) == ("Ana", f"/people/{ANA}", True)
    assert shown["self_path"] == f"/people/{ANA}/feed.atom"
    assert [one["question"] for one in asked] == [Question(person=ANA)]
