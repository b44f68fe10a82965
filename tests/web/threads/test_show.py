"""A conversation as a page: for whom it is, where it goes on, and what only its author or reader is told."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.forum import boards, plugin_post_views, thread_pages
from fedconnect.foundation import database
from fedconnect.hooks import manager
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.surfacing.hearing import link_tokens, outcome
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.surfacing.hearing.outcome import AuthorNotice, HearingOutcome
from fedconnect.web import view_tracking
from fedconnect.web.threads import show as view
from support.unit import a_board, a_person, a_post, a_reader, a_thread
from support.views_unit import ACTIVITY, Call, Desk

HEARD = AuthorNotice(HearingOutcome.HEARD)


class Place:
    """A conversation that Ana began and Ben answered; `opened` is what is noted to be open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with database.transaction() as session:
            board, _ = a_board(session), a_board(session, "bread")
            self.ana, self.ben = a_person(session), a_person(session, "ben", indexable=True)
            uri = "https://home.example/posts/first"
            self.thread, self.starter = a_thread(session, board, self.ana, uri=uri)
            self.answer = a_post(session, self.thread, self.ben)
        self.path = f"/boards/respite/threads/{self.thread.id}"
        self.opened: list[Call] = desk.watch(view_tracking, "note_opened")
        self.footers: list[Call] = desk.watch(manager, "collect", [])
        desk.sign_out()

    def sign_in(self, person: Person) -> None:
        with database.transaction() as session:
            reader = a_reader(session, person)
            self.desk.signed_in(reader_id=reader.id, person_id=person.id)

    def shown(self, query: str = "") -> dict[str, Any]:
        assert self.desk.get(self.path + query).status_code == 200
        return self.desk.shown


@pytest.fixture
def place(desk: Desk) -> Place:
    return Place(desk.open(view.blueprint))


@pytest.mark.parametrize("accept", ["text/html", ACTIVITY])
def test_what_is_not_there_is_not_found_and_noted_by_nobody(place: Place, accept: str) -> None:
    place.sign_in(place.ana)
    paths = (f"/boards/bread/threads/{place.thread.id}", f"/boards/nowhere/threads/{place.thread.id}",
             "/boards/respite/threads/1", f"{place.path}x", "/boards/respite/threads/0")  # fmt: skip
    assert {place.desk.get(path, accept).status_code for path in paths} == {404}
    assert place.opened == []


@pytest.mark.parametrize(("query", "status"), [("?page=2", 404), ("?page=0", 400), ("?page=x", 400)])
def test_a_page_that_it_does_not_have_is_not_shown(place: Place, query: str, status: int) -> None:
    assert place.desk.get(place.path + query).status_code == status


def test_a_conversation_that_was_moved_goes_on_elsewhere_for_the_time_being(place: Place) -> None:
    asked = place.desk.watch(thread_pages, "find_new_place", ("bread", 77))
    answer = place.desk.get("/boards/respite/threads/55")
    assert (answer.status_code, answer.location) == (302, "/boards/bread/threads/77")
    assert [(one["board"].slug, one["thread_id"]) for one in asked] == [("respite", 55)]


def test_servers_are_led_to_the_starters_own_id(place: Place) -> None:
    answer = place.desk.get(place.path, ACTIVITY)
    assert (answer.status_code, answer.location) == (303, "https://home.example/posts/first")
    assert answer.headers["Vary"] == "Accept"
    assert place.desk.pages == []
    place.desk.set(AUTHORIZED_FETCH=True)
    assert place.desk.get(place.path, ACTIVITY).status_code == 401
    assert place.desk.get(place.path).status_code == 200, "people need no signature"


def test_a_strangers_page_holds_nothing_of_anybody_and_is_noted_for_nobody(place: Place) -> None:
    told = place.desk.watch(outcome, "read_notice", HEARD)
    answer = place.desk.get(place.path)
    shown = place.desk.shown
    assert (shown["kept"], shown["own_hearing"], shown["seen_at"]) == (None, None, None)
    assert (place.opened, told) == ([], [])
    assert shown["handle"] == "@respite@forum.example"
    link = '<https://home.example/posts/first>; rel="alternate"; type="application/activity+json"'
    assert answer.headers["Link"] == link


def test_only_who_began_it_is_told_of_its_hearing(place: Place) -> None:
    told = place.desk.watch(outcome, "read_notice", HEARD)
    place.sign_in(place.ben)
    assert place.shown()["own_hearing"] is None, "an answer is no beginning"
    place.sign_in(place.ana)
    assert place.shown()["own_hearing"] == HEARD
    assert told == [{"post_id": place.starter.id}]


def test_what_a_reader_has_open_is_noted_once_and_as_theirs(place: Place) -> None:
    place.sign_in(place.ben)
    assert place.shown()["kept"] is not None
    assert place.desk.visit is not None
    assert place.opened == [{"reader_id": place.desk.visit.reader_id, "thread_id": place.thread.id}]


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_a_page_is_for_search_engines_where_all_of_its_authors_are(place: Place, who: str) -> None:
    with database.transaction() as session:
        author = session.get_one(Person, getattr(place, who).id)
        thread, _ = a_thread(session, boards.get_board(session, "respite"), author)
    answer = place.desk.get(f"/boards/respite/threads/{thread.id}")
    assert ("X-Robots-Tag" in answer.headers) is (who == "ana")


def test_plugins_are_asked_for_a_footer_under_the_first_page_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = place.desk.watch(manager, "collect", [("near", "<p>Near</p>"), ("far", "<p>Far</p>")])
    assert place.shown()["footers"] == ["<p>Near</p>", "<p>Far</p>"]
    (call,) = asked
    assert (call["hook"], call["arguments"]["post"].id) == ("render_post_footer", place.starter.id)
    monkeypatch.setattr(thread_pages, "POSTS_A_PAGE", 1)
    assert place.shown("?page=2")["footers"] == []
    assert len(asked) == 1


def test_no_plugin_is_asked_about_a_post_that_cannot_be_seen(place: Place) -> None:
    with database.transaction() as session:
        session.merge(place.starter).state = PostState.DELETED
    looked = place.desk.watch(plugin_post_views, "find_post_view", None)
    assert place.shown()["footers"] == []
    assert (len(looked), place.footers) == (1, [])


def linked(place: Place, post_id: int) -> str:
    """A link to a post, as the query of its page."""
    with database.transaction() as session:
        address = link_tokens.make(session, post_id, place.path, LinkReader(True, "b.example"), "letter")
    return f"?{address.partition('?')[2]}"


def test_a_page_says_it_was_seen_by_link_for_its_own_starter_and_for_nobody_who_is_signed_in(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, of_another = linked(place, place.starter.id), linked(place, place.answer.id)
    for query in ("", "?link=", "?link=x", f"{own}x", of_another):
        assert place.shown(query)["link_token"] == "", query
    for _ in range(2):
        assert place.shown(own)["link_token"] == f"{place.starter.id}.{own.removeprefix('?link=')}"
    monkeypatch.setattr(thread_pages, "POSTS_A_PAGE", 1)
    assert place.shown(f"{own}&page=2")["link_token"] == ""
    place.sign_in(place.ben)
    assert place.shown(own)["link_token"] == ""


def test_a_page_that_was_opened_by_a_link_is_kept_by_no_cache_and_found_by_no_search_engine(
    place: Place,
) -> None:
    own = linked(place, place.starter.id)
    for query in (own, "?link=used"):
        headers = place.desk.get(place.path + query).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert own.removeprefix("?link=") not in str(headers)
    assert place.desk.get(place.path).headers["Cache-Control"] == "public, max-age=30"


def test_of_a_deleted_post_no_link_counts(place: Place) -> None:
    own = linked(place, place.starter.id)
    with database.transaction() as session:
        session.merge(place.starter).state = PostState.DELETED
    assert place.shown(own)["link_token"] == ""
