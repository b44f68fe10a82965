"""Each rule of authority.py by itself; test_authority.py tries them together, from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fedconnect.activitypub import own_keys, vocabulary
from fedconnect.federation import authority
from fedconnect.foundation.secrets import open_secrets

ANA, BEN = "https://a.example/ana", "https://a.example/ben"


@pytest.fixture(autouse=True)
def somebody(tmp_path: Path) -> None:
    own_keys.configure("https://forum.example", open_secrets(tmp_path))


def activity(**fields: Any) -> vocabulary.Activity:
    plain = {"@context": vocabulary.ACTIVITYSTREAMS, "id": ANA + "#1", "type": "Create", "actor": ANA}
    return vocabulary.parse_activity({**plain, **fields})


def note(**fields: Any) -> vocabulary.Note:
    return vocabulary.parse_note({"type": "Note", "id": ANA + "/1", "attributedTo": ANA, **fields})


@pytest.mark.parametrize(
    ("actor", "identity", "owner", "may"),
    [
        (ANA, ANA + "#1", ANA, True),
        (ANA, ANA + "#1", BEN, False),
        (ANA, "https://b.example/1", ANA, False),
        (ANA, "http://a.example/1", ANA, False),
        (ANA, "https://a.example:8443/1", ANA, False),
        ("https://forum.example/actor", "https://forum.example/1", "https://forum.example/actor", False),
    ],
)
def test_s04_s25_and_s30_who_may_speak(actor: str, identity: str, owner: str, may: bool) -> None:
    assert authority.may_speak(activity(actor=actor, id=identity), owner) is may


@pytest.mark.parametrize(
    ("embedded", "may"),
    [
        ({"id": ANA + "/1", "attributedTo": ANA}, True),
        ({"id": ANA + "/1", "attributedTo": [{"type": "Person", "id": ANA}]}, True),
        ({"id": ANA + "/1", "attributedTo": BEN}, False),
        ({"id": "https://b.example/1", "attributedTo": ANA}, False),
        ({"attributedTo": ANA}, False),
        ({"id": ANA + "/1"}, False),
        ({"id": ANA + "/1", "attributedTo": [ANA, BEN]}, False),
        ({"id": ANA + "/1", "attributedTo": "1"}, False),
    ],
)
def test_s14_and_s15_only_the_signers_own_is_believed_as_embedded(
    embedded: dict[str, Any], may: bool
) -> None:
    assert authority.may_believe_embedded(activity(object=embedded), embedded) is may


@pytest.mark.parametrize(
    ("fields", "author", "may"),
    [
        ({}, ANA, True),
        ({}, BEN, False),
        ({"id": "https://b.example/1"}, ANA, False),
        (
            {"id": "https://forum.example/1", "attributedTo": "https://forum.example/b"},
            "https://forum.example/b",
            False,
        ),
    ],
)
def test_s16_a_post_is_its_authors_on_its_authors_server(
    fields: dict[str, Any], author: str, may: bool
) -> None:
    assert authority.may_publish(note(**fields), author) is may


@pytest.mark.parametrize(
    ("undone", "may"),
    [
        (ANA + "#2", True),
        ({"id": ANA + "#2", "type": "Like", "actor": ANA}, True),
        ({"type": "Like", "object": "https://x.example/1"}, True),
        ({"id": ANA + "#2", "type": "Like", "actor": BEN}, False),
        ({"id": "https://b.example/2", "type": "Like", "actor": ANA}, False),
        ("https://b.example/2", False),
    ],
)
def test_s21_only_ones_own_is_undone(undone: Any, may: bool) -> None:
    assert authority.may_undo(activity(type="Undo", object=undone)) is may


@pytest.mark.parametrize(
    "uri", ["https://forum.example/x", "https://FORUM.example/x", "https://forum.example:443/"]
)
def test_s30_whatever_is_on_our_host_is_ours(uri: str) -> None:
    assert authority.is_ours(uri)
    assert not authority.is_ours("https://forum.example.evil.example/")
    assert not authority.is_ours("http://forum.example/")
