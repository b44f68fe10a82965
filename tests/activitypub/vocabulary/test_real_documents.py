"""What real servers send is understood; what is not what it says is refused or bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fedconnect.activitypub import strict_json, vocabulary
from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation.note_drafts import draft_of
from fedconnect.foundation import own_address, sealing
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.secrets import Secrets

SAMPLES = Path(__file__).parents[2] / "samples"
PLAIN: dict[str, Any] = {
    "@context": vocabulary.ACTIVITYSTREAMS,
    "id": "https://remote.example/notes/1",
    "type": "Note",
    "attributedTo": "https://remote.example/users/ana",
    "to": [PUBLIC],
    "cc": [],
    "content": "<p>Hello</p>",
    "published": "2026-11-01T10:00:00Z",
}


@pytest.fixture(autouse=True)
def here() -> None:
    """Which boards a post names depends on who we are."""
    own_address.configure("https://forum.example")
    sealing.configure(Secrets("session", {"k1": bytes(32)}, "k1"))


def variations() -> list[tuple[str, dict[str, Any]]]:
    """Each field as some real server varies it (fediverse-pasture-inputs, MIT)."""
    found: list[tuple[str, dict[str, Any]]] = []
    for path in sorted((SAMPLES / "pasture").glob("*.json")):
        document = json.loads(path.read_text())
        for number, example in enumerate(document if isinstance(document, list) else document["examples"]):
            found.append((f"{path.stem}-{number}", example))
    return found


@pytest.mark.parametrize(("name", "fields"), variations(), ids=[name for name, _ in variations()])
def test_every_variation_is_a_post_or_is_refused_in_words(name: str, fields: dict[str, Any]) -> None:
    try:
        note = vocabulary.parse_note({**PLAIN, **fields})
    except Malformed:
        assert any(field in fields for field in ("type", "id", "attributedTo")), name
        return
    draft = draft_of(note)
    assert "<script" not in draft.html
    assert "<img" not in draft.html
    assert all(item.url.startswith("http") for item in draft.attachments)


@pytest.mark.parametrize("path", sorted((SAMPLES / "ours").glob("create-*.json")), ids=lambda path: path.stem)
def test_a_mastodon_create_is_understood(path: Path) -> None:
    document = strict_json.loads(path.read_bytes())
    activity = vocabulary.parse_activity(document)
    assert activity.kind == "Create"
    assert activity.embedded is not None
    note = vocabulary.parse_note(activity.embedded)
    assert note.author == activity.actor
    assert note.is_public
    assert note.language
    assert note.url.startswith("https://")


def test_a_person_is_understood_with_the_keys_that_are_theirs() -> None:
    document = json.loads((SAMPLES / "ours/person-actor.json").read_text())
    actor = vocabulary.parse_actor(document)
    assert actor.kind == "Person"
    assert [key.owner for key in actor.keys] == [actor.id]
    document["publicKey"]["owner"] = "https://elsewhere.example/users/eve"
    assert vocabulary.parse_actor(document).keys == ()


@pytest.mark.parametrize("name", [PUBLIC, "as:Public", "Public"])
def test_the_public_has_three_names(name: str) -> None:
    assert vocabulary.parse_note({**PLAIN, "to": name}).is_public
    assert vocabulary.parse_note({**PLAIN, "to": [], "cc": [name]}).is_unlisted


@pytest.mark.parametrize(
    "author", [1, "1", None, {}, [], ["https://a.example/1", "https://a.example/2"], "mailto:a@b"]
)
def test_s16_an_author_is_one_address(author: object) -> None:
    with pytest.raises(Malformed):
        vocabulary.parse_note({**PLAIN, "attributedTo": author})


def test_x03_every_list_is_bounded() -> None:
    many = 1001
    note = vocabulary.parse_note(
        {
            **PLAIN,
            "to": [PUBLIC, *(f"https://a.example/{n}" for n in range(many))],
            "tag": [
                *({"type": "Mention", "href": f"https://a.example/{n}"} for n in range(many)),
                *({"type": "Hashtag", "name": f"#t{n}"} for n in range(many)),
            ],
            "attachment": [{"type": "Image", "url": f"https://a.example/{n}.png"} for n in range(many)],
        }
    )
    assert len(note.to) <= 500
    assert len(note.mentions) <= 100
    assert len(note.hashtags) <= 50
    assert len(note.attachments) == 16


def test_a_content_map_tells_text_and_language() -> None:
    note = vocabulary.parse_note({**PLAIN, "content": None, "contentMap": {"de": "<p>Hallo</p>", "en": "x"}})
    assert (note.html, note.language) == ("<p>Hallo</p>", "de")
