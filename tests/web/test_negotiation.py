"""Which form of an address is asked for, and who may keep a copy of the answer."""

from __future__ import annotations

import json

import pytest

from fedconnect.web.negotiation import activity_json, open_json, wants_activitypub
from support.web_rows import a_bare_app, vary_of

AP, LD, HTML = (
    "application/activity+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "text/html",
)


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("", False), ("*/*", False), (HTML, False), ("application/json", False), ("application/*", False),
        (AP, True), (LD, True),
        ("application/ld+json", True), ("APPLICATION/Activity+JSON", True), (f"{AP}, {LD}", True),
        (f"{HTML}, {AP}", True),
        (f"{HTML}, {AP};q=0.9", False), (f"{HTML};q=0.9, {AP}", True), (f"{AP}, */*", True),
        (f"{AP};q=0.5, */*;q=0.8", False),
        (f"{AP};q=0.1", True), (f"{AP};q=0.2, {LD};q=0.9, {HTML};q=0.5", True),
        ("application/activity+jsonx", False),
        (f"text/*;q=0.3, {AP};q=0.3", True),
    ],
)  # fmt: skip
def test_a_document_goes_to_whoever_names_it_and_likes_it_no_less_than_a_page(
    accept: str, wants: bool
) -> None:
    with a_bare_app().test_request_context("/", headers={"Accept": accept}):
        assert wants_activitypub() is wants


def test_a_request_without_any_wish_gets_a_page() -> None:
    with a_bare_app().test_request_context("/"):
        assert not wants_activitypub()


def test_where_documents_are_for_signed_requests_no_shared_cache_keeps_them() -> None:
    with a_bare_app(AUTHORIZED_FETCH=True).test_request_context("/"):
        answer = activity_json({"id": "x"}, max_age_s=600)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert vary_of(answer.headers) == {"Accept", "Signature"}


def test_elsewhere_they_are_kept_for_a_moment_and_any_page_may_read_them() -> None:
    with a_bare_app(AUTHORIZED_FETCH=False).test_request_context("/"):
        answer, longer = activity_json({"name": "é"}), activity_json({}, max_age_s=600)
    assert json.loads(answer.get_data()) == {"name": "é"}
    assert answer.content_type.startswith(("application/activity+json", "application/ld+json"))
    assert answer.content_type.endswith("; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert longer.headers["Cache-Control"] == "public, max-age=600"
    assert vary_of(answer.headers) == {"Accept"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_open_document_is_public_even_where_others_are_for_signed_requests() -> None:
    with a_bare_app(AUTHORIZED_FETCH=True).test_request_context("/"):
        answer = open_json({"a": 1}, "application/jrd+json", max_age_s=5)
    assert (answer.content_type, json.loads(answer.get_data())) == ("application/jrd+json", {"a": 1})
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert vary_of(answer.headers) == set()
