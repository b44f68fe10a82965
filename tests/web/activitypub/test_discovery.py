"""Being found: the addresses that other servers and people begin with."""

from __future__ import annotations

import pytest

from support.forum import BASE, Forum
from support.remote import PUBLIC, RemotePerson

COLLECTIONS = ("outbox", "followers", "following", "featured", "moderators")


@pytest.mark.parametrize(
    "resource",
    [
        "acct:respite@forum.example",
        "respite@forum.example",
        "@Respite@FORUM.example",
        BASE + "/boards/respite",
    ],
)
def test_webfinger_finds_a_board(forum: Forum, resource: str) -> None:
    answer = forum.client.get("/.well-known/webfinger", query_string={"resource": resource})
    assert answer.content_type.startswith("application/jrd+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json is not None
    assert answer.json["subject"] == "acct:respite@forum.example"
    (link,) = [one for one in answer.json["links"] if one["rel"] == "self"]
    assert (link["type"], link["href"]) == ("application/activity+json", BASE + "/boards/respite")


@pytest.mark.parametrize("resource", ["acct:forum.example@forum.example", BASE, BASE + "/actor"])
def test_webfinger_finds_the_instance_actor(forum: Forum, resource: str) -> None:
    answer = forum.client.get("/.well-known/webfinger", query_string={"resource": resource})
    assert answer.json is not None
    assert answer.json["aliases"] == [BASE + "/actor"]


@pytest.mark.parametrize(
    ("resource", "status"),
    [("", 400), ("nonsense", 400), ("acct:nobody@forum.example", 404), ("acct:respite@other.example", 404)],
)
def test_webfinger_says_what_is_wrong(forum: Forum, resource: str, status: int) -> None:
    assert (
        forum.client.get("/.well-known/webfinger", query_string={"resource": resource}).status_code == status
    )


def test_host_meta_and_nodeinfo_lead_on(forum: Forum) -> None:
    assert "/.well-known/webfinger?resource={uri}" in forum.get("/.well-known/host-meta").get_data(
        as_text=True
    )
    links = forum.get("/.well-known/nodeinfo").json["links"]  # type: ignore[index]
    for link in links:
        document = forum.get(link["href"].removeprefix(BASE)).json
        assert document is not None
        assert document["software"]["name"] == "fedconnect"
        assert document["usage"]["users"]["total"] == 0


def test_the_instance_actor_is_read_unsigned(forum: Forum) -> None:
    actor = forum.ap("/actor").json
    assert actor is not None
    assert actor["type"] == "Application"
    assert actor["publicKey"]["owner"] == actor["id"] == BASE + "/actor"


def test_a_board_is_a_page_and_a_group_at_one_address(forum: Forum) -> None:
    page, group = forum.get("/boards/respite"), forum.ap("/boards/respite")
    assert page.content_type.startswith("text/html")
    assert group.content_type.startswith("application/activity+json")
    assert "Accept" in page.headers["Vary"]
    assert "Accept" in group.headers["Vary"]
    actor = group.json
    assert actor is not None
    assert (actor["type"], actor["id"], actor["preferredUsername"]) == (
        "Group",
        BASE + "/boards/respite",
        "respite",
    )
    assert actor["endpoints"]["sharedInbox"] == BASE + "/inbox"
    for name in COLLECTIONS:
        address = actor.get(name) or actor["attributedTo"]
        assert forum.ap(address).status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/activity+json", "application/activity+json"),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', "application/activity+json"),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json, text/html;q=0.1', "application/activity+json"),
        ("text/html, application/activity+json;q=0.5", "text/html"),
    ],
)  # fmt: skip
def test_a_reader_gets_the_form_they_ask_for(forum: Forum, accept: str, kind: str) -> None:
    assert forum.get("/boards/respite", accept).content_type.startswith(kind)


def test_followers_show_neither_number_nor_members(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    for name in ("followers", "following"):
        document = forum.ap(f"/boards/respite/{name}").json
        assert document is not None
        assert set(document) == {"@context", "id", "type"}


def test_the_welcome_is_featured_and_says_how_to_post_who_sees_it_and_how_to_take_it_back(
    forum: Forum,
) -> None:
    (welcome,) = forum.ap("/boards/respite/featured").json["orderedItems"]  # type: ignore[index]
    for words in ("Post", "Who sees it", "Take it back", "@respite@forum.example"):
        assert words in welcome["content"]
    note = forum.ap(welcome["id"]).json
    assert note is not None
    assert note["id"] == welcome["id"]
    assert note["to"] == [PUBLIC]
    assert forum.get(welcome["id"].removeprefix(BASE)).status_code == 303


def test_a_thread_leads_to_its_starters_own_id_and_has_a_context(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note("A question", forum.board())
    reply = ben.note("An answer", inReplyTo=note["id"])
    forum.tell(ana, ana.create(note))
    forum.tell(ben, ben.create(reply))
    path = forum.thread_path("A question")
    leads = forum.ap(path)
    assert (leads.status_code, leads.headers["Location"]) == (303, note["id"])
    assert f'rel="alternate" type="application/activity+json" href="{note["id"]}"' in forum.get(
        path
    ).get_data(as_text=True)
    context = forum.ap(path + "/context").json
    assert context is not None
    page = forum.ap(context["first"]).json
    assert page is not None
    assert sorted(page["orderedItems"]) == sorted([note["id"], reply["id"]])


def test_the_outbox_holds_announcements(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    outbox = forum.ap("/boards/respite/outbox").json
    assert outbox is not None
    page = forum.ap(outbox["first"]).json
    assert page is not None
    embedded = [item["object"]["object"] for item in page["orderedItems"] if isinstance(item["object"], dict)]
    assert [one["id"] for one in embedded] == [note["id"]], "the board's own words stand there by their id"
