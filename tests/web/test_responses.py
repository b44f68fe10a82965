"""Pages and feeds as answers: who may keep a copy, and what search engines may know of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import make_response

from fedconnect.web import responses
from support.web_rows import Rendered, a_bare_app, vary_of


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Any:
    with a_bare_app().test_request_context("/"):
        yield Rendered(monkeypatch, responses)


def test_what_is_somebodys_own_is_for_no_search_engine_and_no_cache_is_told_to_keep_it(
    rendered: Rendered,
) -> None:
    page = responses.personal_page("x.html", 422, name="Dora")
    assert (page.status_code, rendered.last) == (422, ("x.html", {"name": "Dora"}))
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Cache-Control" not in page.headers
    assert responses.personal_page("x.html").status_code == 200


def test_of_a_plain_page_nothing_is_said(rendered: Rendered) -> None:
    page = responses.plain_page("x.html", 404)
    assert (page.status_code, "X-Robots-Tag" in page.headers, "Cache-Control" in page.headers) == (
        404,
        False,
        False,
    )


@pytest.mark.parametrize("feed", [False, True])
def test_a_discreet_board_is_for_no_search_engine_neither_as_page_nor_as_feed(
    rendered: Rendered, feed: bool
) -> None:
    answer = responses.public_feed if feed else responses.public_page
    for board, is_hidden in ((True, True), (False, False), (None, False)):
        facts = {} if board is None else {"board": SimpleNamespace(is_discreet=board)}
        assert ("X-Robots-Tag" in answer("x", **facts).headers) is is_hidden


def test_what_is_public_is_shared_for_half_a_minute_and_differs_by_what_is_asked_for(
    rendered: Rendered,
) -> None:
    page, feed = responses.public_page("x.html", a=1), responses.public_feed("x.atom", a=2)
    for answer in (page, feed):
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        assert vary_of(answer.headers) == {"Accept"}
    assert (page.mimetype, feed.content_type) == ("text/html", "application/atom+xml; charset=utf-8")
    assert [facts["a"] for _, facts in rendered.pages] == [1, 2]
    assert all(facts["now"].tzinfo is not None for _, facts in rendered.pages)


def test_a_feed_holds_no_character_that_no_xml_may_hold() -> None:
    with a_bare_app().test_request_context("/"):
        feed = responses.as_atom(make_response("<a>\x00\x01\x1f\ufffe\uffff \t\n é 😀 \x7f</a>"))
    assert feed.get_data(as_text=True) == "<a>\ufffd\ufffd\ufffd\ufffd\ufffd \t\n é 😀 \x7f</a>"
    assert feed.content_type == "application/atom+xml; charset=utf-8"
    ElementTree.fromstring(feed.data)
