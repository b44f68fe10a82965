"""Our bots for other servers: their actors, what a companion boosted, and notes that are for one server alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fedconnect.federation.inbound import inbox
from fedconnect.federation.outbound import bot_actors
from fedconnect.federation.outbound.bot_actors import BotActor
from fedconnect.foundation import clock, database
from fedconnect.models.bot_actor import BotBoost, BotNote
from fedconnect.models.post import Post
from fedconnect.web.activitypub import bots as view
from support.federation_rows import with_keys
from support.forum import BASE
from support.forum_rows import at
from support.unit import a_board, a_person, a_thread, add
from support.views_unit import ACTIVITY, Desk
from support.web_rows import vary_of

COMPANION = f"{BASE}/boards/respite/companion"
LETTER = BotActor(
    "bot:letter", "letter", "Letter", "Writes", f"{BASE}/services/letter", f"{BASE}/plugins/letter"
)
SIGNED = {"Signature": "keyId=…"}


@pytest.fixture
def opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    with database.transaction() as session:
        a_board(session)
        a_board(session, "shelter", is_local_only=True)
    found = {"letter": LETTER, "respite_quiet": LETTER}
    monkeypatch.setattr(bot_actors, "find_handle", lambda _session, name: found.get(name))
    with_keys("quiet:respite", "bot:letter")
    return desk.open(view.blueprint)


def boosted(**values: Any) -> Post:
    with database.transaction() as session:
        board = a_board(session, "bread")
        _, post = a_thread(session, board, a_person(session, indexable=True), published=at(0))
        known = {"board_id": board.id, "post_id": post.id, "at": at(5) + timedelta(milliseconds=900)}
        add(session, BotBoost(**{**known, **values}))
    return post


@pytest.mark.parametrize("accept", [ACTIVITY, "text/html"])
@pytest.mark.parametrize(
    "path",
    ["/boards/nowhere/companion", "/boards/shelter/companion", "/services/nobody", "/services/respite_quiet"],
)
def test_what_is_no_bot_is_none_and_a_companion_is_no_service(opened: Desk, path: str, accept: str) -> None:
    assert opened.get(path, accept).status_code == 404
    for below in ("/outbox", "/featured", "/followers", "/following"):
        assert opened.get(path + below, accept).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/boards/respite/companion", "/boards/respite/companion/outbox", "/boards/respite/companion/boosts/7",
        "/boards/respite/companion/followers", "/services/letter", "/services/letter/outbox",
        "/services/letter/following", "/services/letter/notes/7", "/boards/respite/companion/featured",
        "/services/letter/featured",
    ],
)  # fmt: skip
def test_with_authorized_fetch_no_document_is_read_unsigned(opened: Desk, path: str) -> None:
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get(path, ACTIVITY).status_code == 401


@pytest.mark.parametrize(
    ("path", "page"),
    [("/boards/respite/companion", "/boards/respite/quiet"), ("/services/letter", "/plugins/letter")],
)
def test_for_people_a_bot_is_its_page_also_with_authorized_fetch(opened: Desk, path: str, page: str) -> None:
    opened.set(AUTHORIZED_FETCH=True)
    answer = opened.get(path)
    assert (answer.status_code, answer.location, answer.headers["Vary"]) == (303, page, "Accept")


@pytest.mark.parametrize(
    ("path", "uri", "handle"),
    [("/boards/respite/companion", COMPANION, "respite_quiet"), ("/services/letter", LETTER.uri, "letter")],
)
def test_for_servers_a_bot_is_an_actor(opened: Desk, path: str, uri: str, handle: str) -> None:
    document = opened.get(path, ACTIVITY)
    assert document.json is not None
    assert (document.json["id"], document.json["preferredUsername"]) == (uri, handle)
    assert document.json["type"] == "Service"
    assert "Accept" in vary_of(document.headers)


@pytest.mark.parametrize("bot", ["/boards/respite/companion", "/services/letter"])
@pytest.mark.parametrize("which", ["followers", "following"])
def test_who_follows_a_bot_is_nobodys_business(opened: Desk, bot: str, which: str) -> None:
    document = opened.get(f"{bot}/{which}", ACTIVITY).json
    assert document == {
        "@context": "https://www.w3.org/ns/activitystreams", "id": f"{BASE}{bot}/{which}", "type": "OrderedCollection",
    }  # fmt: skip
    assert opened.get(f"{bot}/likers", ACTIVITY).status_code == 404


def test_what_a_service_wrote_is_in_no_outbox(opened: Desk) -> None:
    written()
    document = opened.get("/services/letter/outbox", ACTIVITY).json
    assert document is not None
    assert (document["id"], document["orderedItems"]) == (f"{LETTER.uri}/outbox", [])


def test_a_boost_that_was_taken_back_is_neither_found_nor_listed(opened: Desk) -> None:
    post = boosted(undone_at=clock.now())
    assert opened.get(f"/boards/bread/companion/boosts/{post.id}", ACTIVITY).status_code == 404
    page = opened.get("/boards/bread/companion/outbox?page=1", ACTIVITY).json
    assert page is not None
    assert page["orderedItems"] == []


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 25])
def test_what_is_no_number_is_no_boost(opened: Desk, number: str) -> None:
    boosted()
    assert opened.get(f"/boards/bread/companion/boosts/{number}", ACTIVITY).status_code == 404


def test_a_boost_is_told_on_its_board_alone_and_when_it_was(opened: Desk) -> None:
    post = boosted()
    uri = f"{BASE}/boards/bread/companion"
    boost = opened.get(f"/boards/bread/companion/boosts/{post.id}", ACTIVITY).json
    assert boost is not None
    assert (boost["id"], boost["type"], boost["actor"]) == (f"{uri}/boosts/{post.id}", "Announce", uri)
    assert (boost["object"], boost["published"]) == (post.uri, "2026-11-01T12:05:00Z")
    assert opened.get(f"/boards/respite/companion/boosts/{post.id}", ACTIVITY).status_code == 404
    page = opened.get("/boards/bread/companion/outbox?page=1", ACTIVITY).json
    assert page is not None
    (item,) = page["orderedItems"]
    assert (item["id"], "@context" in item, "next" in page) == (boost["id"], False, False)


def test_an_outbox_leads_to_its_page(opened: Desk) -> None:
    document = opened.get("/boards/respite/companion/outbox", ACTIVITY).json
    assert document is not None
    assert (document["id"], document["first"]) == (f"{COMPANION}/outbox", f"{COMPANION}/outbox?page=1")
    assert opened.get("/boards/respite/companion/outbox?page=x", ACTIVITY).status_code == 400


def written() -> int:
    with database.transaction() as session:
        person = a_person(session, "dora", "readers.example")
        note = BotNote(
            bot="bot:letter", person_id=person.id, in_reply_to="", html="<p>Psst</p>", at=clock.now()
        )
        return add(session, note).id


@pytest.mark.parametrize(
    ("asker", "status"),
    [
        ("https://readers.example/users/dora", 200), ("https://readers.example/actor", 200),
        ("https://evil.example/users/dora", 404), ("https://sub.readers.example/actor", 404),
        ("http://readers.example/actor", 404), ("https://readers.example:8443/actor", 404),
    ],
)  # fmt: skip
def test_a_private_note_is_for_the_server_of_its_addressee_alone(
    opened: Desk, asker: str, status: int
) -> None:
    opened.watch(inbox, "prove", asker)
    answer = opened.get(f"/services/letter/notes/{written()}", ACTIVITY, **SIGNED)
    assert answer.status_code == status
    assert ("Psst" in answer.text) is (status == 200)
    if status == 200:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.json is not None
        assert answer.json["to"] == ["https://readers.example/users/dora"]
        assert "@context" in answer.json


def test_nobody_reads_a_private_note_unsigned_or_by_another_number(opened: Desk) -> None:
    number = written()
    assert opened.get(f"/services/letter/notes/{number}", ACTIVITY).status_code == 401
    assert opened.get(f"/services/letter/notes/{number}").status_code == 401
    opened.watch(inbox, "prove", "https://readers.example/users/dora")
    for other in (str(number + 1), "x", "0"):
        assert opened.get(f"/services/letter/notes/{other}", ACTIVITY, **SIGNED).status_code == 404


@pytest.mark.parametrize("path", ["/boards/respite/companion", "/services/letter"])
def test_a_bot_pins_nothing_and_says_so_where_its_actor_says(opened: Desk, path: str) -> None:
    actor = opened.get(path, ACTIVITY).json
    assert actor is not None
    where = actor["featured"]
    assert where.startswith(BASE)
    document = opened.get(where.removeprefix(BASE), ACTIVITY).json
    assert document is not None
    assert (document["id"], document["type"], document["orderedItems"]) == (where, "OrderedCollection", [])
    assert document["totalItems"] == 0
