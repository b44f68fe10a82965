"""A permission that is missing is asked for with what belongs to it, and then what was pressed is done."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from fedconnect.models.case import Case
from fedconnect.models.post import Post
from fedconnect.web import errors
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, written_by
from support.visitor import Visitor


@pytest.fixture
def dora(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    return visitor


def fields_of(page: str, action: str) -> MultiDict[str, str]:
    """Return what the form of a page sends as it stands."""
    found = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.S)
    assert found is not None, page
    return MultiDict(
        (name, html.unescape(value))
        for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', found[0])
    )


def path_of(post: Post, deed: str) -> str:
    return f"/boards/respite/threads/{post.thread_id}/{post.id}/{deed}"


def test_a_favourite_that_needed_a_permission_is_given_when_it_comes_back(
    forum: Forum, dora: Visitor, home: FakeHomeServer
) -> None:
    path = path_of(written_by(signed_in("eve")), "favourite")
    asked = fields_of(dora.post(path).get_data(as_text=True), "/permit")
    assert asked.getlist("for") == ["mark", "write", "follow", "report"], (
        "what belongs to taking part, in one go"
    )
    page = dora.come_back(home.confirm(dora.way_on(dora.post("/permit", asked)), "dora")).get_data(
        as_text=True
    )
    assert home.deeds == [], "nothing by a link alone"
    dora.post(path, fields_of(page, path))
    assert [deed for _, deed, _ in home.deeds] == ["favourite"]
    assert dora.get("/boards/respite/new").status_code == 200, "and nothing of it is asked for again"


def test_who_refuses_has_pressed_nothing(forum: Forum, dora: Visitor, home: FakeHomeServer) -> None:
    path = path_of(written_by(signed_in("eve")), "favourite")
    asked = fields_of(dora.post(path).get_data(as_text=True), "/permit")
    back = dora.come_back(home.confirm(dora.way_on(dora.post("/permit", asked)), "dora", deny=True))
    assert back.status_code == 403
    assert "data-at-once" not in back.get_data(as_text=True)


def test_the_own_moderators_are_told_once_that_is_permitted_and_nothing_is_reported_twice(
    forum: Forum, dora: Visitor, home: FakeHomeServer
) -> None:
    post = written_by(signed_in("eve"))
    home.known[post.uri] = "77"
    path = path_of(post, "report")
    told = dora.post(path, {"words": "It <mocks>.", "pass_on": "on"}).get_data(as_text=True)
    assert "Your own server does not know yet" in told
    asked = fields_of(told, "/permit")
    assert asked.getlist("for")[0] == "report"
    page = dora.come_back(home.confirm(dora.way_on(dora.post("/permit", asked)), "dora")).get_data(
        as_text=True
    )
    assert "does not know yet" not in dora.post(path, fields_of(page, path)).get_data(as_text=True)
    assert home.deeds == [("dora", "report", "It <mocks>.")]
    (case,) = forum.rows(Case)
    assert (case.times, case.words) == (1, "It <mocks>.")


def test_after_permitting_nobody_lands_where_only_a_button_leads(app: Flask) -> None:
    buttons = (
        "/you/shields/from-home",
        "/you/topics/from-home",
        "/boards/respite/gathered/7/boost",
        "/you/push",
    )
    for path in buttons:
        with app.test_request_context(path, method="POST", base_url="https://forum.example"):
            onward = errors._onward()
        app.url_map.bind("").match(onward, method="GET")  # raises where there is no page
