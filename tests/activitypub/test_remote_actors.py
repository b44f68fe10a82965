"""Keys belong to whoever lists them: proven both ways, each rule by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from fedconnect.activitypub import remote_actors
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, Unproven
from fedconnect.models.person import PersonKey
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def test_s06_a_key_that_its_owner_does_not_list_is_nobodys(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer
) -> None:
    other_remote.serve({"id": other_remote.base + "/key", "owner": ana.uri, "publicKeyPem": "x"})
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(other_remote.base + "/key")
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(ana.uri + "#another-key")


def test_s06_a_key_lies_on_its_owners_server(
    forum: Forum, ana: RemotePerson, remote: RemoteServer, other_remote: RemoteServer
) -> None:
    far = other_remote.base + "/key"
    other_remote.serve({"id": far, "owner": ana.uri, "publicKeyPem": "x"})
    remote.documents["/users/ana"]["publicKey"]["id"] = far
    with pytest.raises(Unproven, match="another server"):
        remote_actors.fetch_key_owner(far)


def test_a_key_document_of_its_own_as_gotosocial_serves_it_is_found(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    key = ana.uri + "/main-key"
    remote.documents["/users/ana"]["publicKey"]["id"] = key
    stub = {"id": ana.uri, "type": "Person", "publicKey": remote.documents["/users/ana"]["publicKey"]}
    remote.documents["/users/ana/main-key"] = {**stub, "owner": ana.uri}
    assert remote_actors.fetch_key_owner(key).id == ana.uri


def test_s07_an_actor_is_only_what_its_own_id_says(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    ana.server.documents["/users/ana"] = ben.document()
    with pytest.raises(FetchFailed, match="another actor"):
        remote_actors.fetch_actor(ana.uri)


def list_keys(person: RemotePerson, *names: str) -> None:
    """Let an actor's own document list keys of these names, each its own key."""
    own = person.document()["publicKey"]
    person.server.documents[f"/users/{person.name}"]["publicKey"] = [own, *({**own, "id": n} for n in names)]


@pytest.mark.parametrize("fragment", ["#main-key", "/main-key"])
def test_h1_a_stranger_cannot_take_somebody_elses_key_name_first(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, fragment: str
) -> None:
    list_keys(mallory, ana.uri + fragment)
    forum.tell(mallory, mallory.create(mallory.note("I was first", forum.board())))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()


def test_h1_nor_can_somebody_on_the_same_server(forum: Forum, ana: RemotePerson, ben: RemotePerson) -> None:
    list_keys(ben, ana.key_id, ana.uri + "/main-key")
    forum.tell(ben, ben.create(ben.note("I was first", forum.board())))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()
    held = {key.key_uri for key in forum.rows(PersonKey)}
    assert held == {ana.key_id, ben.key_id}


def test_h1_a_proven_owner_replaces_whoever_held_the_name(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    """As rows of an older release may have it."""
    thief = remote_actors.ensure_person(mallory.uri)
    with database.transaction() as session:
        session.execute(delete(PersonKey))
        pem = mallory.document()["publicKey"]["publicKeyPem"]
        old = clock.now() - timedelta(hours=1)
        session.add(PersonKey(person_id=thief.id, key_uri=ana.key_id, pem=pem, checked_at=old))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()


def test_h1_a_key_with_an_address_of_its_own_stays_once_it_is_proven(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    key = ana.uri + "/main-key"
    remote.documents["/users/ana"]["publicKey"]["id"] = key
    remote.documents["/users/ana/main-key"] = {
        "id": ana.uri, "type": "Person", "publicKey": remote.documents["/users/ana"]["publicKey"], "owner": ana.uri,
    }  # fmt: skip
    remote_actors.ensure_person(ana.uri)
    assert forum.rows(PersonKey) == [], "named by its owner alone"
    for look in (lambda: remote_actors.fetch_key_owner(key), lambda: remote_actors.fetch_actor(ana.uri)):
        actor = look()
        with database.transaction() as session:
            remote_actors.remember(session, actor)
        assert [one.key_uri for one in forum.rows(PersonKey)] == [key]
