"""Doors to a reader's own server: where they lead, what is remembered of them, and what is only guessed."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.webfinger import Account, Handle
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.home_servers import interaction_links
from fedconnect.home_servers.interaction_links import Intent, InteractionLink
from support.federation_rows import OtherServers

SUBJECT = "https://forum.example/boards/respite?a=1&b"
QUOTED = "https%3A%2F%2Fforum.example%2Fboards%2Frespite%3Fa%3D1%26b"
INTENT, SUBSCRIBE = "https://w3id.org/fep/3b86/", "http://ostatus.org/schema/1.0/subscribe"

pytestmark = pytest.mark.usefixtures("unit")


def find(
    others: OtherServers, links: dict[str, str], intent: Intent = Intent.FOLLOW, name: str = "ana"
) -> InteractionLink:
    own = {"rel": "self", "type": "application/activity+json", "href": f"https://home.example/users/{name}"}
    found: list[dict[str, Any]] = [own, *({"rel": rel, "template": where} for rel, where in links.items())]
    asked = f"https://home.example/.well-known/webfinger?resource=acct%3A{name}%40home.example"
    others.say(asked, {"subject": f"acct:{name}@home.example", "links": found})
    handle = interaction_links.read_account(f"@{name}@home.example")
    return interaction_links.find_link(handle, intent, SUBJECT, "192.0.2.1")


@pytest.mark.parametrize(
    "typed", ["", "ana", "@ana", "home.example", "https://home.example/", "https://home.example/@ana/1"]
)
def test_what_is_no_whole_handle_is_told_so(typed: str) -> None:
    with pytest.raises(Malformed):
        interaction_links.read_account(typed)


@pytest.mark.parametrize(
    "typed",
    [
        " @ana@home.example ",
        "ana@home.example",
        "https://home.example/@ana",
        "https://home.example/users/ana/",
    ],
)
def test_a_handle_or_the_address_of_a_profile_will_do(typed: str) -> None:
    assert str(interaction_links.read_account(typed)) == "@ana@home.example"


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({uri})",
        "http://home.example/?u={uri}",
        "https://home.example/no-blank",
        "/relative?u={uri}",
        "https://{uri}/",
    ],
)
def test_a_door_that_cannot_be_gone_through_is_not_shown(others: OtherServers, template: str) -> None:
    link = find(others, {SUBSCRIBE: template})
    assert link == InteractionLink(
        f"https://home.example/authorize_interaction?uri={QUOTED}", "home.example", is_guess=True
    )


@pytest.mark.parametrize(
    ("intent", "path"),
    [(Intent.FOLLOW, "follow"), (Intent.OPEN, "open"), (Intent.WRITE, "write")],
)
def test_the_door_for_just_this_goes_before_the_general_one(
    others: OtherServers, intent: Intent, path: str
) -> None:
    base = "https://home.example/"
    links = {
        SUBSCRIBE: base + "old?u={uri}", INTENT + "Object": base + "open?o={object}",
        INTENT + "Follow": base + "follow?o={object}", INTENT + "Create": base + "write?o={content}",
    }  # fmt: skip
    assert find(others, links, intent) == InteractionLink(
        f"{base}{path}?o={QUOTED}", "home.example", is_guess=False
    )


def test_who_writes_is_not_led_to_a_door_for_reading(others: OtherServers) -> None:
    links = {
        SUBSCRIBE: "https://home.example/old?u={uri}",
        INTENT + "Object": "https://home.example/open?o={object}",
    }
    assert find(others, links, Intent.WRITE).url == f"https://home.example/share?text={QUOTED}"


@pytest.mark.parametrize(
    ("template", "is_remembered"),
    [
        ("https://home.example/door?u={uri}", True),
        ("https://www.home.example/door?u={uri}", True),
        ("https://evil.example/door?u={uri}", False),
        ("https://home.example/Ana/door?u={uri}", False),
    ],
)
def test_only_a_servers_own_doors_that_name_nobody_are_remembered_for_its_others(
    others: OtherServers, template: str, is_remembered: bool
) -> None:
    find(others, {SUBSCRIBE: template})
    find(others, {SUBSCRIBE: template}, name="ben")
    assert len(others.asked) == (1 if is_remembered else 2)


def test_a_server_without_doors_is_asked_for_each_of_its_people(others: OtherServers) -> None:
    for name in ("ana", "ben"):
        assert find(others, {}, name=name).is_guess
    assert len([url for _, url in others.asked if "webfinger" in url]) == 2
    assert len([url for _, url in others.asked if "nodeinfo" in url]) == 1, (
        "what it runs holds for all of them"
    )


def test_a_server_that_knows_nobody_of_that_name_is_told_of_in_words(others: OtherServers) -> None:
    with pytest.raises(FetchFailed) as caught:
        interaction_links.find_link(
            interaction_links.read_account("@nobody@home.example"), Intent.OPEN, SUBJECT, "192.0.2.1"
        )
    assert "@nobody@home.example" in caught.value.safe


ANSWERS = ["https://far.example/posts/1?a=1&b", "https://far.example/posts/2"]


def home(others: OtherServers, links: dict[str, str], posts: list[str], name: str = "ana") -> list[str]:
    own = {"rel": "self", "type": "application/activity+json", "href": f"https://home.example/users/{name}"}
    found: list[dict[str, Any]] = [own, *({"rel": rel, "template": where} for rel, where in links.items())]
    asked = f"https://home.example/.well-known/webfinger?resource=acct%3A{name}%40home.example"
    others.say(asked, {"subject": f"acct:{name}@home.example", "links": found})
    return interaction_links.links_home(f"@{name}@home.example", "api.home.example", posts, "192.0.2.1")


def test_a_page_of_links_asks_a_home_once_and_for_none_nobody(others: OtherServers) -> None:
    assert home(others, {}, []) == []
    assert others.asked == []
    links = home(others, {INTENT + "Object": "https://home.example/open?o={object}"}, ANSWERS)
    assert links == [
        "https://home.example/open?o=https%3A%2F%2Ffar.example%2Fposts%2F1%3Fa%3D1%26b",
        "https://home.example/open?o=https%3A%2F%2Ffar.example%2Fposts%2F2",
    ]
    assert len(others.asked) == 1


def test_a_home_that_leads_nowhere_is_guessed_at(others: OtherServers) -> None:
    (link,) = home(others, {INTENT + "Object": "javascript:alert({object})"}, ANSWERS[1:])
    assert link == "https://home.example/authorize_interaction?uri=https%3A%2F%2Ffar.example%2Fposts%2F2"


@pytest.mark.parametrize("handle", ["@ana@away.example", "", "@ana"])
def test_a_home_that_says_nothing_keeps_no_page_from_being_drawn(others: OtherServers, handle: str) -> None:
    links = interaction_links.links_home(handle, "api.home.example", ANSWERS, "192.0.2.1")
    assert (
        links[1] == "https://api.home.example/authorize_interaction?uri=https%3A%2F%2Ffar.example%2Fposts%2F2"
    )
    assert "posts%2F1%3Fa%3D1%26b" in links[0]


@pytest.mark.parametrize(
    ("software", "may"),
    [("mastodon", True), ("hometown", True), ("", True), ("unheardof", True), ("gotosocial", False), ("hollo", False),
     ("lemmy", False), ("takahe", False)],
)  # fmt: skip
def test_a_page_is_guessed_only_where_one_may_be(software: str, may: bool) -> None:
    assert interaction_links.may_have_page(software) is may


def test_where_there_is_no_page_nobody_is_led_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(Handle("ana", "home.example"), "https://home.example/users/ana", {}, "https")
    monkeypatch.setattr(interaction_links, "_ask", lambda handle, asker, patience_s: account)
    monkeypatch.setattr(interaction_links, "_software", lambda base: "gotosocial")
    handle = Handle("ana", "home.example")
    for intent in Intent:
        assert interaction_links.find_link(handle, intent, "https://f.example/1", "x").url == ""
    assert interaction_links.links_home(
        "@ana@home.example", "home.example", ["https://f.example/1"], "x"
    ) == ["https://f.example/1"]
