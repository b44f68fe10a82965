"""A board's collections: what any server may read, what only the server of those concerned, and what nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import NoteAttachment, parse_note
from fedconnect.drafts import Visibility
from fedconnect.federation.inbound import inbox
from fedconnect.forum import boards, thread_lists
from fedconnect.foundation import database
from fedconnect.foundation.errors import Unproven
from fedconnect.models.post import PostState
from fedconnect.web.activitypub import board_collections as view
from support.federation_rows import a_follow, a_received
from support.forum import BASE
from support.forum_rows import at
from support.moderation_rows import somebody_of_the_team
from support.unit import a_board, a_person, a_thread
from support.views_unit import ACTIVITY, Desk
from support.web_rows import vary_of

URI = f"{BASE}/boards/respite"
TEAM = f"{BASE}/services/moderators"
PATHS = ("outbox", "followers", "following", "moderators", "featured", "followers_synchronization")
SIGNED = {"Signature": "keyId=…"}


@pytest.fixture
def opened(desk: Desk) -> Desk:
    with database.transaction() as session:
        board = a_board(session)
        for name, host in (("ana", "home.example"), ("ben", "far.example")):
            a_follow(session, board, a_person(session, name, host))
    return desk.open(view.blueprint)


def read(opened: Desk, path: str, **headers: str) -> Any:
    answer = opened.get(f"/boards/respite/{path}", ACTIVITY, **headers)
    assert (answer.status_code, answer.mimetype) == (200, ACTIVITY)
    return answer.json


def a_thread_of(board_slug: str = "respite", **values: Any) -> str:
    with database.transaction() as session:
        board = boards.get_board(session, board_slug)
        person = a_person(session, f"author{values.get('title', '')}")
        return a_thread(session, board, person, **values)[1].uri


@pytest.mark.parametrize("path", PATHS)
def test_a_board_that_is_not_here_has_no_collection(
    opened: Desk, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "prove", lambda *_: "https://home.example/users/ana")
    with database.transaction() as session:
        a_board(session, "shelter", is_local_only=True)
    for slug in ("nowhere", "shelter", "RESPITE"):
        assert opened.get(f"/boards/{slug}/{path}", ACTIVITY, **SIGNED).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_with_authorized_fetch_nothing_is_read_unsigned(opened: Desk, path: str) -> None:
    opened.set(AUTHORIZED_FETCH=True)
    assert opened.get(f"/boards/respite/{path}", ACTIVITY).status_code == 401


@pytest.mark.parametrize("which", ["followers", "following"])
def test_who_follows_and_how_many_is_nobodys_business(opened: Desk, which: str) -> None:
    document = read(opened, which)
    assert (document["id"], document["type"]) == (f"{URI}/{which}", "OrderedCollection")
    assert set(document) == {"@context", "id", "type"}


def test_followers_are_compared_by_who_proves_it_alone(opened: Desk) -> None:
    asked = opened.watch(inbox, "prove", Unproven("wrong"))
    assert opened.get("/boards/respite/followers_synchronization", ACTIVITY).status_code == 401
    assert opened.get("/boards/respite/followers_synchronization", ACTIVITY, **SIGNED).status_code == 401
    assert len(asked) == 1, "what is not signed at all is not even looked at"


@pytest.mark.parametrize(
    ("asker", "told"),
    [
        ("https://home.example/actor", ["https://home.example/users/ana"]),
        ("https://far.example/users/x", ["https://far.example/users/ben"]), ("https://evil.example/actor", []),
        ("https://sub.home.example/actor", []),
    ],
)  # fmt: skip
def test_a_server_is_told_of_its_own_people_alone(opened: Desk, asker: str, told: list[str]) -> None:
    opened.watch(inbox, "prove", asker)
    answer = opened.get("/boards/respite/followers_synchronization", ACTIVITY, **SIGNED)
    assert answer.json is not None
    assert (answer.json["id"], answer.json["orderedItems"]) == (f"{URI}/followers_synchronization", told)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_who_looks_after_a_board_is_told_to_the_server_of_each_alone_and_who_speaks_for_them_to_everybody(
    opened: Desk,
) -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        mo = somebody_of_the_team(session, board).uri
    answer = opened.get("/boards/respite/moderators", ACTIVITY)
    assert answer.json is not None
    assert answer.json["orderedItems"] == [TEAM]
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert vary_of(answer.headers) == {"Accept", "Signature"}
    for asker, told in (("https://home.example/actor", [mo]), ("https://far.example/actor", [])):
        opened.watch(inbox, "prove", asker)
        answer = opened.get("/boards/respite/moderators", ACTIVITY, **SIGNED)
        assert answer.json is not None
        assert answer.json["orderedItems"] == [TEAM, *told]
        assert answer.headers["Cache-Control"] == "private, no-store", "no cache gives it to others"
        assert "Signature" in vary_of(answer.headers)


def test_a_wrong_signature_is_not_taken_for_none(opened: Desk) -> None:
    opened.watch(inbox, "prove", Unproven("wrong"))
    assert opened.get("/boards/respite/moderators", ACTIVITY, **SIGNED).status_code == 401


def test_an_outbox_leads_to_its_page_and_tells_no_size(opened: Desk) -> None:
    a_thread_of()
    document = read(opened, "outbox")
    assert (document["id"], document["first"]) == (f"{URI}/outbox", f"{URI}/outbox?page=1")
    assert not {"totalItems", "orderedItems"} & set(document)


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "10001"])
def test_what_is_no_page_of_an_outbox_is_said_to_be_none(opened: Desk, number: str) -> None:
    assert opened.get(f"/boards/respite/outbox?page={number}", ACTIVITY).status_code == 400


def test_an_outbox_announces_what_is_public_as_the_board(opened: Desk) -> None:
    a_thread_of(title="1", visibility=Visibility.UNLISTED, thread_is_public=False, published=at(3))
    again = a_thread_of(title="2", thread_boosts_undone=2, published=at(2))
    first = a_thread_of(title="3", published=at(1))
    page = read(opened, "outbox?page=1")
    newest, oldest = page["orderedItems"]
    assert (newest["object"]["object"]["id"], oldest["object"]["object"]["id"]) == (again, first)
    assert "next" not in page
    with database.read_transaction() as session:
        board = boards.get_board(session, "respite")
        ids = [line.id for line in thread_lists.list_feed(session, board)]
    assert newest == {
        "id": f"{URI}/announces/{ids[0]}-3", "type": "Announce", "actor": URI, "published": "2026-11-01T12:02:00Z",
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [f"{URI}/followers"], "object": newest["object"],
    }  # fmt: skip
    assert oldest["id"] == f"{URI}/announces/{ids[1]}"


def test_an_outbox_embeds_what_servers_read_that_fetch_nothing_more(opened: Desk) -> None:
    """B7: PieFed takes of each entry the post inside the activity inside it; NodeBB and Lemmy its id."""
    uri = a_thread_of(
        title="1", published=at(1), source="<p>Is anybody <b onclick=x>there</b>?</p><script>x</script>", warning="Night", language="en", is_sensitive=True,
        attachments=json.dumps([{"url": "https://home.example/1.png", "media_type": "image/png", "alt": "A cat"}]),
    )  # fmt: skip
    (entry,) = read(opened, "outbox?page=1")["orderedItems"]
    create, note = entry["object"], entry["object"]["object"]
    assert (create["type"], create["actor"], create["id"]) == (
        "Create",
        note["attributedTo"],
        f"{uri}#create",
    )
    assert parse_note(note).attachments == (
        NoteAttachment("https://home.example/1.png", "image/png", "A cat"),
    )
    known = {name: note[name] for name in ("id", "type", "content", "summary", "sensitive", "cc")}
    assert known == {
        "id": uri, "type": "Note", "content": "<p>Is anybody <b>there</b>?</p>", "summary": "Night", "sensitive": True,
        "cc": [URI],
    }  # fmt: skip
    with database.transaction() as session:
        a_received(session, create["actor"], uri, activity_uri=f"{uri}/activity")
    (entry,) = read(opened, "outbox?page=1")["orderedItems"]
    assert entry["object"]["id"] == f"{uri}/activity", "as its own server called it, where that is known"


def test_of_many_announcements_the_newest_twenty_stand_there_embedded_and_none_as_an_id_at_which_some_stop(
    opened: Desk,
) -> None:
    for number in range(22):
        a_thread_of(title=str(number), published=at(number), source="<p>x</p>")
    items = read(opened, "outbox?page=1")["orderedItems"]
    assert [isinstance(one["object"], dict) for one in items] == [True] * 20


def test_what_is_not_boosted_stands_in_no_outbox(opened: Desk) -> None:
    a_thread_of(title="1", may_boost="https://home.example/users/author1")
    a_thread_of(title="2", refuses_boosts=True)
    a_thread_of(title="3", thread_linked_group_uri="https://group.example/users/garden")
    assert read(opened, "outbox?page=1")["orderedItems"] == []


def welcome(number: int = 7, **values: Any) -> str:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        uri = f"{URI}/posts/{number}"
        known = {"thread_pinned": True, "published": at(0), "source": "<p>Welcome</p>", "title": "Welcome"}
        _, post = a_thread(session, board, None, uri=uri, **{**known, **values})
        board.welcome_post_id = post.id
        return uri


def test_a_board_that_pinned_nothing_features_nothing(opened: Desk) -> None:
    a_thread_of()
    document = read(opened, "featured")
    assert (document["id"], document["orderedItems"]) == (f"{URI}/featured", [])


def test_the_welcome_is_embedded_first_and_once_and_nothing_is_a_plain_id(opened: Desk) -> None:
    uri = welcome()
    whole = a_thread_of(title="1", thread_pinned=True, published=at(5), source="<p>Pinned</p>")
    empty = a_thread_of(title="2", thread_pinned=True, published=at(4), source="")
    note, other, last = read(opened, "featured")["orderedItems"]
    assert (note["id"], note["type"], note["attributedTo"]) == (uri, "Note", URI)
    assert (other["id"], other["content"], last) == (whole, "<p>Pinned</p>", {"id": empty, "type": "Note"})
    assert "Welcome" in note["content"]
    assert "@context" not in note


def test_a_welcome_that_was_deleted_is_not_featured(opened: Desk) -> None:
    welcome(state=PostState.DELETED, source="", thread_is_listed=False)
    assert read(opened, "featured")["orderedItems"] == []
