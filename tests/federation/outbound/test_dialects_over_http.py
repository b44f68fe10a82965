"""Each receiving software hears what it understands: a boost, or an envelope (FEP-1b12)."""

from __future__ import annotations

import json

import pytest

from fedconnect.foundation import caches
from fedconnect.models.instance import Instance
from fedconnect.models.person import Person
from support.forum import BASE, Forum
from support.remote import PUBLIC, RemotePerson, RemoteServer


def test_mastodon_never_gets_an_envelope_and_lemmy_never_a_plain_boost(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, ana: RemotePerson, ben: RemotePerson,
    lea: RemotePerson,
) -> None:  # fmt: skip
    remote.runs("mastodon")
    for person in (ana, lea):
        forum.tell(person, person.follow(forum.board()))
    create = ana.create(ana.note("Hello", forum.board()))
    answer = ben.create(ben.note("Hello back", forum.board(), inReplyTo=create["object"]["id"]))
    forum.tell(ana, create)
    forum.tell(ben, answer)
    forum.deliver()
    assert [one["object"] for one in remote.delivered("Announce")] == [create["object"]["id"]]
    envelopes = other_remote.delivered("Announce")
    assert [one["object"]["id"] for one in envelopes] == [create["id"], answer["id"]]
    for envelope in envelopes:
        assert envelope["actor"] == forum.board()
        assert envelope["to"] == [PUBLIC]
        assert envelope["cc"] == [forum.board() + "/followers"]
        assert envelope["audience"] == forum.board()
    assert envelopes[0]["object"] == create, "as its author said it"


def test_edits_and_deletions_reach_the_threadiverse_as_they_were_said(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    update, delete = ana.update(note, "Edited"), ana.delete(note["id"])
    forum.tell(ana, update)
    forum.deliver()
    forum.tell(ana, delete)
    forum.deliver()
    assert [one["object"]["type"] for one in other_remote.delivered("Announce")] == [
        "Create", "Update", "Delete",
    ]  # fmt: skip
    assert other_remote.delivered("Announce")[2]["object"] == delete


def test_what_does_not_name_the_board_is_not_spread_either(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    aside = ben.note("Only to you", inReplyTo=note["id"])
    forum.tell(ben, ben.create(aside), ben.update(aside, "Edited"), ben.delete(aside["id"]))
    forum.deliver()
    assert [one["object"]["type"] for one in other_remote.delivered("Announce")] == ["Create"]


def test_likes_are_not_spread_and_a_dislike_has_no_effect_at_all(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    from fedconnect.models.post import Reaction

    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.tell(lea, lea.activity("Like", note["id"]), lea.activity("Dislike", note["id"]))
    forum.deliver()
    assert [one["object"]["type"] for one in other_remote.delivered("Announce")] == ["Create"]
    assert len(forum.rows(Reaction)) == 1


def test_a_signature_or_a_hidden_addressee_in_the_body_is_not_passed_on(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    create = ana.create(ana.note("Hello", forum.board()))
    forum.tell(ana, {**create, "signature": {"type": "RsaSignature2017"}, "bcc": ["https://x.example/y"]})
    forum.deliver()
    (envelope,) = other_remote.delivered("Announce")
    assert {"signature", "bcc"}.isdisjoint(envelope["object"])


def test_what_a_private_edit_takes_away_is_taken_away_everywhere_without_its_words(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    narrowed = {**note, "to": [ana.uri + "/followers"], "cc": [], "content": "secret", "tag": note["tag"]}
    forum.tell(ana, ana.update(narrowed, "secret"))
    forum.deliver()
    said = other_remote.delivered("Announce")
    assert [one["object"]["type"] for one in said] == ["Create", "Delete"]
    assert "secret" not in json.dumps(said)
    assert said[1]["object"]["actor"] == f"{BASE}/services/moderators", "as threadiverse servers obey it"
    assert said[1]["object"]["audience"] == forum.board()
    assert said[1]["object"]["summary"]


def test_an_envelope_not_sent_yet_is_never_sent_about_a_deleted_post(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("Regretted", forum.board())
    forum.tell(ana, ana.create(note), ana.delete(note["id"]))
    forum.deliver()
    assert "Regretted" not in json.dumps(other_remote.delivered("Announce"))


def test_the_software_is_asked_once_a_week_and_a_silent_server_hears_boosts(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    caches.clear_all()
    forum.tell(ana, ana.create(ana.note("Hello again", forum.board())))
    assert remote.gets("/.well-known/nodeinfo") == 1
    forum.deliver()
    assert {type(one["object"]) for one in remote.delivered("Announce")} == {str}
    (instance,) = forum.rows(Instance)
    assert instance.software == ""
    assert instance.asked_at is not None


def test_a_nodeinfo_on_another_server_is_not_believed(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, ana: RemotePerson
) -> None:
    other_remote.runs("lemmy")
    remote.documents["/.well-known/nodeinfo"] = other_remote.documents["/.well-known/nodeinfo"]
    forum.tell(ana, ana.follow(forum.board()))
    assert forum.rows(Instance)[0].software == ""
    assert other_remote.gets("/nodeinfo/2.1") == 0


@pytest.mark.parametrize("name", [None, 1, [], {}, "", "x" * 41, "Évil <b>", ["lemmy", "x"]])
def test_a_strange_software_name_is_none(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, name: object
) -> None:
    remote.runs("lemmy")
    remote.documents["/nodeinfo/2.1"]["software"]["name"] = name
    forum.tell(ana, ana.follow(forum.board()))
    assert forum.rows(Instance)[0].software == ""
    assert len(forum.rows(Person)) == 1


def test_a_lemmy_page_addressed_to_the_board_is_a_thread(forum: Forum, lea: RemotePerson) -> None:
    page = {
        "id": lea.next_uri(), "type": "Page", "attributedTo": lea.uri, "to": [forum.board(), PUBLIC], "cc": [],
        "audience": forum.board(), "name": "How do you find a sitter?", "content": "<p>We tried two.</p>",
        "published": "2026-11-01T10:00:00Z", "language": {"identifier": "en", "name": "English"},
        "source": {"content": "We tried two.", "mediaType": "text/markdown"},
    }  # fmt: skip
    forum.tell(lea, lea.activity("Create", page, audience=forum.board()))
    assert forum.titles() == ["How do you find a sitter?"]


def test_the_group_is_what_the_threadiverse_expects(forum: Forum) -> None:
    group = forum.ap(forum.board()).json
    assert group["type"] == "Group"
    assert group["attributedTo"] == forum.board() + "/moderators"
    assert group["featured"] == forum.board() + "/featured"
    assert group["postingRestrictedToMods"] is False
    assert group["source"]["mediaType"] == "text/markdown"
    assert group["endpoints"]["sharedInbox"].endswith("/inbox")
    assert group["language"] == [{"identifier": "en", "name": "en"}]
