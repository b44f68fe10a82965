"""A document counts at its own id, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub import documents
from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import Busy, FetchFailed, Malformed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.instance import Policy
from support.federation_rows import OtherServers, an_instance, with_keys
from support.forum import Forum
from support.remote import RemoteServer
from support.unit import Unit

NOTE = "https://home.example/notes/1"


def test_s01_and_s07_a_document_found_at_another_address_is_asked_for_at_its_own(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer
) -> None:
    true = remote.serve({"id": remote.base + "/true", "type": "Note", "content": "true"})
    other_remote.documents["/copy"] = {"id": true, "type": "Note", "content": "false"}
    assert documents.fetch_document(other_remote.base + "/copy")["content"] == "true"


def test_s01_and_s07_a_document_whose_own_address_denies_it_is_none(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer
) -> None:
    other_remote.documents["/copy"] = {"id": remote.base + "/there", "type": "Note"}
    remote.documents["/there"] = {"id": remote.base + "/elsewhere", "type": "Note"}
    with pytest.raises(FetchFailed, match="denies"):
        documents.fetch_document(other_remote.base + "/copy")


@pytest.mark.parametrize("identity", [None, 1, "", [], "urn:x:y", "acct:a@b"])
def test_a_document_without_an_id_is_none(forum: Forum, remote: RemoteServer, identity: object) -> None:
    remote.documents["/nameless"] = {"id": identity, "type": "Note"}
    with pytest.raises(FetchFailed, match="without an id"):
        documents.fetch_document(remote.base + "/nameless")


@pytest.mark.parametrize(
    "kind",
    [
        "text/html", "application/json", "application/activity+jsonp", "application/ld+json", "", "image/png",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams#x"',
        'text/html; x="application/activity+json"', "application/activity+json; x=" + "y" * 500,
    ],
)  # fmt: skip
def test_what_is_not_served_as_activitypub_is_no_document(
    unit: Unit, others: OtherServers, kind: str
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE}, kind=kind)
    with pytest.raises(FetchFailed, match="no ActivityPub") as caught:
        documents.fetch_document(NOTE)
    assert caught.value.retryable is False


@pytest.mark.parametrize(
    "kind",
    ["Application/Activity+JSON; charset=utf-8",
     'application/ld+json;profile="https://www.w3.org/ns/anything https://www.w3.org/ns/activitystreams"'],
)  # fmt: skip
def test_the_two_media_types_of_activitypub_are_documents(
    unit: Unit, others: OtherServers, kind: str
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE}, kind=kind)
    assert documents.fetch_document(NOTE) == {"id": NOTE}


def test_a_redirect_within_a_server_is_followed_signed_anew_and_to_another_is_not_believed(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    other = "https://evil.example/notes/1"
    others.redirect(NOTE, NOTE + "/there")
    others.say(NOTE + "/there", {"id": NOTE})
    assert documents.fetch_document(NOTE) == {"id": NOTE}
    signatures = [headers["Signature"] for _, headers, _ in others.sent]
    assert len(set(signatures)) == 2
    assert all('keyId="https://forum.example/actor#main-key"' in one for one in signatures)
    others.redirect(NOTE, other)
    others.say(other, {"id": NOTE})
    with pytest.raises(FetchFailed, match="another server"):
        documents.fetch_document(NOTE)


@pytest.mark.parametrize(
    ("status", "retryable"), [(204, False), (404, False), (410, False), (500, True), (503, True)]
)
def test_only_200_brings_a_document_and_only_trouble_is_tried_again(
    unit: Unit, others: OtherServers, status: int, retryable: bool
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE}, status)
    with pytest.raises(FetchFailed) as caught:
        documents.fetch_document(NOTE)
    assert (caught.value.response_status, caught.value.retryable) == (status, retryable)


def test_a_document_that_names_another_is_followed_once_and_not_further(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE + "/2"})
    others.say(NOTE + "/2", {"id": NOTE + "/3"})
    with pytest.raises(FetchFailed, match="denies"):
        documents.fetch_document(NOTE)
    assert len(others.asked) == 2
    others.say(NOTE, b'{"id": 1, "id": 2}')
    with pytest.raises(Malformed):
        documents.fetch_document(NOTE)


def test_another_address_is_told_before_it_is_asked_and_a_refusal_is_heeded(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE + "/2"})
    others.say(NOTE + "/2", {"id": NOTE + "/2"})
    told: list[str] = []
    assert documents.fetch_document(NOTE, before_another=told.append) == {"id": NOTE + "/2"}
    assert told == [NOTE + "/2"]

    def refuse(address: str) -> None:
        raise Busy(address)

    others.asked.clear()
    with pytest.raises(Busy):
        documents.fetch_document(NOTE, before_another=refuse)
    assert others.asked == [("GET", NOTE)]


@pytest.mark.parametrize("host", ["evil.example", "a.evil.example"])
def test_a_blocked_server_is_not_asked_however_a_document_leads_there(
    unit: Unit, others: OtherServers, host: str
) -> None:
    with_keys()
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    others.say(NOTE, {"id": f"https://{host}/1"})
    others.say(f"https://{host}/1", {"id": f"https://{host}/1"})
    with pytest.raises(FetchFailed, match="blocked") as caught:
        documents.fetch_document(NOTE)
    assert caught.value.retryable is False
    others.redirect(NOTE, f"https://{host}/1")
    with pytest.raises(FetchFailed, match="another server"):
        documents.fetch_document(NOTE)
    assert others.asked == [("GET", NOTE)] * 2


def test_a_document_behind_authorized_fetch_is_asked_for_in_the_form_that_its_server_reads(
    unit: Unit, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keys()
    others.say(NOTE, {"id": NOTE})
    others.say(NOTE + "/refused", {"error": "Request not signed"}, 401)
    asked: list[bool] = []

    def answer(method: str, url: str, headers: dict[str, str], *rest: Any) -> HttpResponse:
        asked.append("Signature-Input" in headers)
        return others.request(method, url if asked[-1] else NOTE + "/refused", headers, *rest)

    monkeypatch.setattr(fetch, "_request", answer)
    assert documents.fetch_document(NOTE) == {"id": NOTE}
    assert documents.fetch_document(NOTE) == {"id": NOTE}
    assert asked == [False, True, True]
