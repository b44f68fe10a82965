"""A document counts at its own id, and nowhere else."""

from __future__ import annotations

import pytest

from fedconnect.activitypub import documents
from fedconnect.foundation.errors import FetchFailed
from support.forum import Forum
from support.remote import RemoteServer


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
