"""What another server tells about a third is not believed; what it tells about itself must agree with itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from fedconnect.activitypub import remote_actors, signing
from fedconnect.foundation import caches, clock, database
from fedconnect.models.board import Moderator
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from support.forum import BASE, Forum
from support.remote import RemotePerson, RemoteServer, key_number

AP = {"Content-Type": "application/activity+json"}


def person(forum: Forum, who: RemotePerson) -> Person:
    (found,) = forum.rows(Person, Person.uri == who.uri)
    return found


def test_s02_an_object_that_redirects_to_another_server_is_not_believed(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    note = ana.note("Redirected", forum.board())
    note["attributedTo"] = ana.uri
    mallory.server.serve({**note, "id": note["id"]})
    path = note["id"].removeprefix(remote.base)
    mallory.server.documents[path] = note
    remote.special[path] = (302, {"Location": mallory.server.base + path}, b"")
    forum.tell(ana, ana.activity("Create", note["id"]))
    assert forum.rows(Post, Post.source.contains("Redirected")) == []


def test_s02_the_page_and_the_parent_of_a_post_give_nobody_anything(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    hers = ana.note("Hers", forum.board())
    forum.tell(ana, ana.create(hers))
    forged = mallory.note("Mine now", forum.board(), url=hers["id"], uri=hers["id"])
    forum.tell(mallory, mallory.create(forged))
    (post,) = forum.rows(Post, Post.uri == hers["id"])
    assert "Mine now" not in post.source
    assert forum.rows(Post, Post.uri == forged["id"])[0].person_id == person(forum, mallory).id


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "image/png", "application/json", "application/ld+json", "text/html",
     'application/ld+json; profile="https://evil.example/ns"', ""],
)  # fmt: skip
def test_s03_what_somebody_uploaded_is_no_document_of_their_server(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, kind: str
) -> None:
    note = ana.note("Uploaded", forum.board())
    body = json.dumps({"@context": "https://www.w3.org/ns/activitystreams", **note}).encode()
    remote.special[note["id"].removeprefix(remote.base)] = (200, {"Content-Type": kind} if kind else {}, body)
    forum.tell(ana, ana.activity("Create", note["id"]))
    assert forum.rows(Post, Post.source.contains("Uploaded")) == []


@pytest.mark.parametrize(
    "kind",
    ["application/activity+json", "application/activity+json; charset=utf-8",
     'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
     'Application/LD+JSON;profile="https://www.w3.org/ns/activitystreams";charset=utf-8'],
)  # fmt: skip
def test_s03_the_media_types_that_count(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, kind: str
) -> None:
    note = ana.note("Served", forum.board())
    body = json.dumps({"@context": "https://www.w3.org/ns/activitystreams", **note}).encode()
    remote.special[note["id"].removeprefix(remote.base)] = (200, {"Content-Type": kind}, body)
    forum.tell(ana, ana.activity("Create", note["id"]))
    assert forum.titles() == ["Served"]


@pytest.mark.parametrize("depth", range(1, 6))
def test_s15_an_object_inside_of_objects_without_an_id_is_nobodys(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, depth: int
) -> None:
    inner: object = ana.note("Nested", forum.board())
    for _ in range(depth):
        inner = {"type": "Create", "actor": ana.uri, "object": inner}
    forum.tell(mallory, mallory.activity("Create", inner), mallory.activity("Announce", inner))
    forum.tell(mallory, mallory.activity("Create", {"object": inner, "type": "Note"}))
    assert forum.rows(Post, Post.source.contains("Nested")) == []


def test_s15_a_note_of_the_signers_own_without_an_id_is_no_post(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Anonymous", forum.board())
    del note["id"]
    forum.tell(ana, ana.activity("Create", note))
    assert forum.rows(Post, Post.source.contains("Anonymous")) == []


def test_s18_a_signature_inside_the_document_proves_nothing(forum: Forum, ana: RemotePerson) -> None:
    signed = {
        **ana.create(ana.note("Signed inside", forum.board())),
        "signature": {
            "type": "RsaSignature2017", "creator": ana.key_id, "created": "2026-11-22T00:00:00Z",
            "signatureValue": "QUJD",
        },
    }  # fmt: skip
    answer = forum.client.post("/inbox", data=json.dumps(signed), headers=AP, base_url=BASE)
    assert answer.status_code == 401
    assert forum.rows(InboundActivity) == []


@pytest.fixture
def heir(forum: Forum, remote: RemoteServer, ana: RemotePerson) -> RemotePerson:
    """Somebody else at Ana's address: another key, another birth."""
    remote.documents["/users/ana"]["published"] = "2020-01-01T00:00:00Z"
    forum.moderate(ana)
    forum.tell(ana, ana.create(ana.note("Before", forum.board())))
    caches.clear_all()
    return RemotePerson(remote, "ana", key_number(9), numbers=500)


def tell_later(forum: Forum, who: RemotePerson, minutes: float, *activities: object) -> None:
    """Send activities some time from now; the database's own clock cannot be turned, so rows are hurried."""
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True):
        for activity in activities:
            assert forum.post(who, activity).status_code == 202
    forum.hurry()
    forum.work()


def change_hands(remote: RemoteServer, heir: RemotePerson, published: str) -> None:
    remote.documents["/users/ana"] = {**heir.document(), "published": published}


def test_s27_whoever_has_the_address_next_inherits_no_role(
    forum: Forum, remote: RemoteServer, heir: RemotePerson
) -> None:
    change_hands(remote, heir, "2026-11-01T00:00:00Z")
    (post,) = forum.rows(Post, Post.source.contains("Before"))
    rewritten = {
        "id": post.uri, "type": "Note", "attributedTo": heir.uri, "content": "Rewritten", "to": ["as:Public"],
        "cc": [forum.board()], "updated": (clock.now() + timedelta(minutes=5)).isoformat(),
    }  # fmt: skip
    tell_later(forum, heir, 10, heir.activity("Lock", post.uri), heir.activity("Update", rewritten))
    assert forum.rows(Person)[0].quarantined_at is not None
    assert forum.rows(Thread, Thread.starter_uri == post.uri)[0].state is ThreadState.OPEN
    assert forum.rows(Post, Post.source.contains("Rewritten")) == []
    assert forum.team_told(heir) == []
    tell_later(forum, heir, 20, heir.create(heir.note("After", forum.board())))
    assert "After" in forum.titles(), "they may write as anybody may"


def test_s27_a_new_key_after_a_long_silence_is_a_stranger_too(
    forum: Forum, remote: RemoteServer, heir: RemotePerson
) -> None:
    change_hands(remote, heir, "2020-01-01T00:00:00Z")
    silence = remote_actors.SILENCE / timedelta(minutes=1)
    tell_later(forum, heir, silence + 1440, heir.follow(forum.board("benefits")))
    assert forum.rows(Person)[0].quarantined_at is not None


def test_s27_a_rotated_key_of_somebody_who_never_left_changes_nothing(
    forum: Forum, remote: RemoteServer, heir: RemotePerson
) -> None:
    change_hands(remote, heir, "2020-01-01T00:00:00Z")
    tell_later(forum, heir, 10, heir.follow(forum.board("benefits")))
    assert forum.rows(Person)[0].quarantined_at is None
    assert len(forum.rows(Moderator)) == 1


def test_s27_an_admin_who_has_looked_lifts_the_quarantine(
    forum: Forum, remote: RemoteServer, heir: RemotePerson
) -> None:
    change_hands(remote, heir, "2026-11-01T00:00:00Z")
    tell_later(forum, heir, 10, heir.follow(forum.board("benefits")))
    forum.moderate(heir)
    assert forum.team_told(heir) == [heir.uri]


def test_s28_a_known_account_that_its_server_confirms_is_gone_is_erased(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("Of somebody gone", forum.board())))
    delete = ana.activity("Delete", ana.uri)
    remote.forget(ana.uri)
    with database.transaction() as session:
        session.query(PersonKey).delete()
    caches.clear_all()
    before = len(remote.received)
    assert forum.post(ana, delete).status_code == 202
    assert forum.post(ana, delete).status_code == 202
    assert len(remote.received) - before <= 2, "the key and the account, once each"
    forum.work()
    assert person(forum, ana).gone_at is not None
    assert {post.state for post in forum.rows(Post, Post.person_id.is_not(None))} == {PostState.DELETED}


@pytest.mark.parametrize("status", [404, 500, 403])
def test_s28_an_account_that_is_merely_not_to_be_found_is_not_erased(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson, status: int
) -> None:
    forum.tell(ana, ana.create(ana.note("Still here", forum.board())))
    remote.forget(ana.uri, status)
    caches.clear_all()
    for signer in (mallory, None):
        body = json.dumps(ana.activity("Delete", ana.uri)).encode()
        headers = signer.sign(BASE + "/inbox", body) if signer else AP
        answer = forum.client.post("/inbox", data=body, headers=headers, base_url=BASE)
        assert answer.status_code == 401
    forum.work()
    assert forum.titles() == ["Still here"]


def test_s28_nobody_erases_an_account_that_answers(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("Still here", forum.board())))
    assert forum.post(mallory, ana.activity("Delete", ana.uri)).status_code == 401
    unsigned = json.dumps(ana.activity("Delete", ana.uri))
    assert forum.client.post("/inbox", data=unsigned, headers=AP, base_url=BASE).status_code == 401
    forum.work()
    assert forum.titles() == ["Still here"]


@pytest.mark.parametrize(
    ("path", "kind", "may"),
    [
        ("/actor", "Application", True),
        ("/", "Application", True),
        ("/users/bot", "Application", False),
        ("/actor", "Person", False),
        ("/actor/", "Application", False),
    ],
)
def test_s19_only_the_server_itself_deletes_for_its_people_and_no_account_that_calls_itself_one(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, path: str, kind: str, may: bool
) -> None:
    note = ana.note("Of somebody else", forum.board())
    forum.tell(ana, ana.create(note))
    signer = remote.person("bot", key=6)
    document = json.loads(json.dumps(signer.document()).replace(signer.uri, remote.base + path)) | {
        "type": kind
    }
    remote.documents[path] = document
    activity = {**signer.delete(note["id"]), "actor": remote.base + path}
    body = json.dumps(activity).encode()
    headers = signing.sign(signer.key, remote.base + path + "#main-key", "POST", BASE + "/inbox", body)
    assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code == 202
    forum.work()
    assert (forum.titles() == []) is may


def test_f13_a_handle_on_another_domain_is_shown_once_that_domain_agrees(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.special[f"/.well-known/webfinger?resource=acct%3Aana%40{remote.host.replace(':', '%3A')}"] = (
        200, {"Content-Type": "application/jrd+json"},
        json.dumps({"subject": f"acct:ana@{other_remote.host}", "links": [
            {"rel": "self", "type": "application/activity+json", "href": ana.uri}]}).encode(),
    )  # fmt: skip
    other_remote.names(ana)
    forum.tell(ana, ana.create(ana.note("Split", forum.board())))
    assert person(forum, ana).handle == f"@ana@{other_remote.host}"
    assert f"@ana@{other_remote.host}" in forum.get(forum.thread_path("Split")).get_data(as_text=True)


@pytest.mark.parametrize(
    "lie", ["nobody there", "somebody else there", "another subject", "no subject", "not json"]
)
def test_f13_a_handle_that_its_domain_does_not_confirm_is_not_shown(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, mallory: RemotePerson, ana: RemotePerson, lie: str
) -> None:  # fmt: skip
    """Mallory's server says that she is ana@ (Ana's server)."""
    mine = f"/.well-known/webfinger?resource=acct%3Amallory%40{other_remote.host.replace(':', '%3A')}"
    self_link = [{"rel": "self", "type": "application/activity+json", "href": mallory.uri}]
    other_remote.special[mine] = (
        200, {"Content-Type": "application/jrd+json"},
        json.dumps({"subject": f"acct:mallory@{remote.host}", "links": self_link}).encode(),
    )  # fmt: skip
    theirs = f"/.well-known/webfinger?resource=acct%3Amallory%40{remote.host.replace(':', '%3A')}"
    body = {
        "nobody there": None,
        "somebody else there": {"subject": f"acct:mallory@{remote.host}", "links": [{**self_link[0], "href": ana.uri}]},
        "another subject": {"subject": f"acct:ana@{remote.host}", "links": self_link},
        "no subject": {"links": self_link},
        "not json": "x",
    }[lie]  # fmt: skip
    if body is not None:
        remote.special[theirs] = (200, {"Content-Type": "application/jrd+json"}, json.dumps(body).encode())
    caches.clear_all()
    forum.tell(mallory, mallory.create(mallory.note("Spoof", forum.board())))
    assert person(forum, mallory).handle == f"@mallory@{other_remote.host}"
