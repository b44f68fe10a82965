"""What another server runs: asked in two steps on that very server, and a plain name or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub import remote_nodeinfo
from fedconnect.foundation.errors import FetchFailed, Malformed
from support.federation_rows import OtherServers

BASE = "https://home.example"
FIRST, SECOND = f"{BASE}/.well-known/nodeinfo", f"{BASE}/nodeinfo/2.0"
SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.0"


def software(others: OtherServers, *links: object, said: object = None) -> str:
    others.say(FIRST, {"links": list(links) or [{"rel": SCHEMA, "href": SECOND}]})
    others.say(SECOND, said if said is not None else {"software": {"name": "Mastodon"}})
    return remote_nodeinfo.fetch_software(BASE)


@pytest.mark.parametrize(
    "link",
    [
        {"rel": SCHEMA, "href": "https://evil.example/nodeinfo"}, {"rel": SCHEMA, "href": "http://home.example/nodeinfo"},
        {"rel": SCHEMA, "href": "https://home.example:8443/nodeinfo"}, {"rel": "https://x.example", "href": SECOND},
        {"rel": [SCHEMA, SCHEMA], "href": SECOND}, {"href": SECOND}, {"rel": SCHEMA, "href": [SECOND, FIRST]}, SECOND, None,
        {"rel": "https://evil.example/" + SCHEMA, "href": SECOND}, {"rel": SCHEMA + "x", "href": SECOND},
        {"rel": SCHEMA, "href": "//evil.example/nodeinfo"},
    ],
)  # fmt: skip
def test_only_the_servers_own_document_is_asked_for(others: OtherServers, link: object) -> None:
    assert software(others, link) == ""
    assert others.asked == [("GET", FIRST)]


@pytest.mark.parametrize(
    "link",
    [
        {"rel": SCHEMA.replace("http:", "https:"), "href": SECOND}, {"rel": SCHEMA + "/", "href": SECOND},
        {"rel": SCHEMA, "href": "/nodeinfo/2.0"}, {"rel": SCHEMA, "href": "nodeinfo/2.0"}, {"rel": [SCHEMA], "href": [SECOND]},
        {"rel": SCHEMA.replace("2.0", "2.1"), "href": SECOND}, {"rel": SCHEMA.replace("2.0", "1.0"), "href": SECOND},
    ],
)  # fmt: skip
def test_a_link_may_be_written_in_each_way_that_servers_do(others: OtherServers, link: object) -> None:
    """Case 27."""
    assert software(others, link) == "mastodon"


def test_one_link_alone_and_the_document_itself_are_read_too(others: OtherServers) -> None:
    others.say(FIRST, {"links": {"rel": SCHEMA, "href": SECOND}})
    others.say(SECOND, {"software": {"name": "Friendica"}})
    assert remote_nodeinfo.fetch_software(BASE) == "friendica"
    others.say(FIRST, {"version": "2.0", "software": {"name": "snac"}})
    assert remote_nodeinfo.fetch_software(BASE) == "snac"


def test_the_first_link_that_counts_is_asked_and_no_other(others: OtherServers) -> None:
    later = {"rel": SCHEMA, "href": f"{BASE}/nodeinfo/2.1"}
    assert software(others, {"rel": "self"}, {"rel": SCHEMA, "href": SECOND}, later) == "mastodon"
    assert others.asked == [("GET", FIRST), ("GET", SECOND)]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"software": {"name": "PieFed"}}, "piefed"),
        ({"software": {"name": "x" * 40}}, "x" * 40),
        ({"software": {"name": "x" * 41}}, ""),
        ({"software": {"name": ""}}, ""),
        ({"software": {"name": "<script>"}}, ""),
        ({"software": {"name": "GNU social"}}, "gnusocial"),
        ({"software": {"name": "le\nmmy"}}, ""),
        ({"software": {"name": ["lemmy", "x"]}}, ""),
        ({"software": "lemmy"}, ""),
        ({"software": None}, ""),
        ({}, ""),
    ],
)
def test_software_has_a_plain_name_or_none(others: OtherServers, said: dict[str, Any], name: str) -> None:
    assert software(others, said=said) == name


@pytest.mark.parametrize("links", [None, {}, "x", 5])
def test_a_server_without_links_names_nothing(others: OtherServers, links: object) -> None:
    others.say(FIRST, {"links": links})
    assert remote_nodeinfo.fetch_software(BASE) == ""


def test_no_answer_is_told_apart_from_an_answer_that_names_nothing(others: OtherServers) -> None:
    others.say(FIRST, {}, 404)
    with pytest.raises(FetchFailed) as caught:
        remote_nodeinfo.fetch_software(BASE)
    assert (caught.value.response_status, caught.value.retryable) == (404, False)
    others.say(FIRST, b"[]")
    with pytest.raises(Malformed):
        remote_nodeinfo.fetch_software(BASE)
