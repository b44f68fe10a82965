"""From a handle to an actor: what may be typed, what an answer must say, and when a handle on another domain counts."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub import webfinger
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed
from support.federation_rows import OtherServers

ANA = "https://home.example/users/ana"
HANDLE = Handle("ana", "home.example")
ASKED = "https://home.example/.well-known/webfinger?resource=acct%3Aana%40home.example"
SELF = {"rel": "self", "type": "application/activity+json", "href": ANA}


def jrd(*links: object, subject: object = "acct:ana@home.example") -> dict[str, Any]:
    return {"subject": subject, "links": list(links) or [SELF]}


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "@ana", "@home.example", "ana@", "a na@home.example", "@ana@home.example/x", "@ana@@home.example", "@-ana@home.example",
     "@ana-@home.example", "@ana@a@b", "ana@home..example", "@ana@home.example:99999", "@ana@" + "x" * 600, "<b>@home.example"],
)  # fmt: skip
def test_what_is_no_handle_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        webfinger.parse_handle(typed)


@pytest.mark.parametrize(
    ("typed", "handle"),
    [
        (" @ana@Home.Example ", "@ana@home.example"),
        ("acct:ana@home.example", "@ana@home.example"),
        ("a@home.example", "@a@home.example"),
        ("@An.a-b_c@home.example.", "@An.a-b_c@home.example"),
        ("ana@home.example:8443", "@ana@home.example:8443"),
        ("ana@home.example:443", "@ana@home.example"),
        ("ana@münchen.example", "@ana@xn--mnchen-3ya.example"),
    ],
)
def test_a_handle_is_read_with_its_host_in_one_spelling(typed: str, handle: str) -> None:
    assert str(webfinger.parse_handle(typed)) == handle


@pytest.mark.parametrize(
    "document",
    [
        jrd(subject="acct:ana"), jrd(subject="acct:@home.example"), {**jrd(subject=ANA), "aliases": ["acct:"]},
    ],
)  # fmt: skip
def test_an_answer_about_something_that_is_no_handle_is_none(
    others: OtherServers, document: dict[str, Any]
) -> None:
    others.say(ASKED, document)
    with pytest.raises(Malformed):
        webfinger.look_up(HANDLE)


@pytest.mark.parametrize(
    "links",
    [
        None, "x", [None, 5, []], [{"rel": ["self"], "href": ANA}], [{**SELF, "type": "text/html"}], [{**SELF, "type": ["x"]}],
        [{**SELF, "type": "application/activity+jsonx"}], [{**SELF, "href": "javascript:alert(1)"}], [{**SELF, "rel": "me"}],
        [{**SELF, "href": None, "template": ANA}], [*[{"rel": "x"}] * 50, SELF],
    ],
)  # fmt: skip
def test_an_answer_that_names_no_actor_is_not_asked_again(others: OtherServers, links: object) -> None:
    others.say(ASKED, {"subject": "acct:ana@home.example", "links": links})
    with pytest.raises(FetchFailed, match="names no actor") as caught:
        webfinger.look_up(HANDLE)
    assert caught.value.retryable is False


@pytest.mark.parametrize(
    "change",
    [
        {"type": "application/activity+json; charset=utf-8"}, {"type": "Application/Activity+JSON"}, {"type": None},
        {"type": "application/activitypub+json"}, {"type": "application/ld+json"}, {"type": 'application/ld+json ;profile="x"'},
    ],
)  # fmt: skip
def test_an_actors_link_is_told_by_its_type_in_each_way_that_servers_write_it(
    others: OtherServers, change: dict[str, Any]
) -> None:
    """Case 29."""
    link = {name: value for name, value in {**SELF, **change}.items() if value is not None}
    others.say(ASKED, jrd({**SELF, "type": "text/html", "href": "https://home.example/@ana"}, link))
    assert webfinger.look_up(HANDLE).actor_uri == ANA
    others.say(ASKED, {"subject": "acct:ana@home.example", "links": link})
    assert webfinger.look_up(HANDLE).actor_uri == ANA


def test_a_link_with_the_right_type_goes_before_one_without_any(others: OtherServers) -> None:
    others.say(ASKED, jrd({"rel": "self", "href": "https://home.example/feed"}, SELF))
    assert webfinger.look_up(HANDLE).actor_uri == ANA


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        (jrd(subject=None), "@ana@home.example"), (jrd(subject=ANA), "@ana@home.example"), (jrd(subject=5), "@ana@home.example"),
        (jrd(subject="ACCT:Ana@Home.example"), "@Ana@home.example"),
        ({**jrd(subject=ANA), "aliases": [ANA, "acct:ana@other.example"]}, "@ana@other.example"),
        ({**jrd(subject=None), "aliases": "acct:ana@other.example"}, "@ana@other.example"),
    ],
)  # fmt: skip
def test_an_answer_is_about_its_subject_an_alias_or_who_was_asked_for(
    others: OtherServers, document: dict[str, Any], subject: str
) -> None:
    others.say(ASKED, document)
    assert str(webfinger.look_up(HANDLE).subject) == subject


def test_the_first_actor_counts_and_other_links_are_kept_the_first_of_each_kind(others: OtherServers) -> None:
    later = {**SELF, "href": "https://evil.example/ana"}
    old_type = {**SELF, "type": 'application/ld+json; profile="x"'}
    doors = [{"rel": "door", "template": "https://home.example/{uri}"}, {"rel": "door", "href": "https://home.example/2"},
             {"rel": "long", "href": "x" * 1025}, {"rel": "fits", "href": "x" * 1024}, {"rel": "odd", "href": ["x"]}]  # fmt: skip
    others.say(ASKED, jrd(old_type, later, *doors))
    account = webfinger.look_up(HANDLE)
    assert (account.actor_uri, account.subject, account.scheme) == (ANA, HANDLE, "https")
    assert account.links["door"] == "https://home.example/{uri}"
    assert "fits" in account.links
    assert not {"long", "odd"} & account.links.keys()


@pytest.mark.parametrize(
    ("status", "retryable"), [(404, False), (410, False), (499, False), (500, True), (503, True)]
)
def test_another_answer_than_200_is_none_and_only_trouble_is_tried_again(
    others: OtherServers, status: int, retryable: bool
) -> None:
    others.say(ASKED, jrd(), status)
    with pytest.raises(FetchFailed) as caught:
        webfinger.look_up(HANDLE)
    assert (caught.value.response_status, caught.value.retryable) == (status, retryable)


def test_http_is_asked_only_where_https_gave_no_answer_at_all(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "schemes_of", lambda host: ("https", "http"))
    others.say(ASKED.replace("https://", "http://", 1), jrd())
    assert webfinger.look_up(HANDLE).scheme == "http"
    others.say(ASKED, jrd(), 404)
    with pytest.raises(FetchFailed):
        webfinger.look_up(HANDLE)
    assert [url.partition(":")[0] for _, url in others.asked] == ["https", "http", "https"]


def prove(others: OtherServers, document: object, actor: str = ANA, domain: str = "ana.example") -> bool:
    others.say(f"https://{domain}/.well-known/webfinger?resource=acct%3Aana%40{domain}", document)
    return webfinger.prove_handle(actor, "ana", domain)


def test_a_domain_proves_a_handle_by_naming_this_very_actor_under_this_very_name(
    others: OtherServers,
) -> None:
    own = "acct:Ana@Ana.example"
    assert prove(others, jrd(subject=own))
    assert not prove(others, jrd(subject=own), actor="https://home.example/users/eve")
    assert not prove(others, jrd(subject="acct:eve@ana.example"))
    assert not prove(others, jrd(subject="acct:ana@home.example"))
    assert not prove(others, jrd(subject="acct:ana@www.ana.example"))


def test_a_domain_that_does_not_answer_or_is_none_proves_nothing(others: OtherServers) -> None:
    assert not prove(others, b"not json")
    assert not prove(others, jrd(subject="acct:ana@ana.example"), domain="ana..example")
    others.fail(
        "https://ana.example/.well-known/webfinger?resource=acct%3Aana%40ana.example",
        AddressRefused("private"),
    )
    assert not webfinger.prove_handle(ANA, "ana", "ana.example")
    assert not webfinger.prove_handle(ANA, "ana", "silent.example")


@pytest.mark.parametrize("page", ["/@ana", "/users/ana", "/u/ana/", "/profile/ana"])
def test_the_address_of_a_profile_names_its_host_and_name(page: str) -> None:
    match = webfinger.PROFILE.fullmatch("https://home.example" + page)
    assert match is not None
    assert match.groups() == ("home.example", "ana")
    assert webfinger.PROFILE.fullmatch(f"https://home.example{page}/posts") is None
