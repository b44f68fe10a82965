"""Keys belong to whoever lists them: proven both ways, each rule by itself."""

from __future__ import annotations

import pytest

from fedconnect.activitypub import remote_actors
from fedconnect.foundation.errors import FetchFailed, Unproven
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
