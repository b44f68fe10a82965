"""Real documents, taken in by the real endpoint. What becomes of each stands in a golden file that was read.

`GOLDEN=write` writes the files anew; whoever does so reads the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedconnect.activitypub import strict_json, vocabulary
from fedconnect.federation.note_drafts import draft_of
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.foundation import html, own_address, sealing
from fedconnect.foundation.secrets import open_secrets
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from support.dom import flaws_in_words, text_of_browser
from support.forum import BASE, Forum
from support.remote import Document, RemotePerson, RemoteServer

pytestmark = pytest.mark.heavy

SAMPLES = Path(__file__).parents[1] / "samples"
PASTURE = sorted(path.stem for path in (SAMPLES / "pasture").glob("*.json"))
OURS = sorted(path.stem for path in (SAMPLES / "ours").glob("*.json"))
ACTIVITIES = [
    name
    for name in OURS
    if isinstance(document := json.loads((SAMPLES / "ours" / f"{name}.json").read_text()), dict)
    and isinstance(document.get("actor"), str)
]
SOMEWHERE = "http://pasture-one-actor"


def outcome(forum: Forum, row: InboundActivity, uri: str, base: str) -> Document:
    """Return what became of one example, as a page would show it."""
    posts = forum.rows(Post, Post.uri == uri)
    if not posts:
        return {"state": row.state.value, "why": row.outcome}
    (post,) = posts
    (thread,) = forum.rows(Thread, Thread.id == post.thread_id)
    shown = {
        "title": thread.title, "body": post.body_html, "warning": post.warning, "language": post.language,
        "hashtags": post.hashtags.split(), "media": json.loads(post.attachments), "poll": post.poll,
        "quote": post.quote_uri, "emojis": json.loads(post.emojis),
        "url": "" if post.url == uri else post.url, "visibility": post.visibility.value,
        "answers": post.parent_id is not None,
    }  # fmt: skip
    told = {name: value for name, value in shown.items() if value}
    written = json.dumps(told, ensure_ascii=False).replace(base, SOMEWHERE)
    return json.loads(written.replace(base.partition("://")[2], SOMEWHERE.partition("://")[2]))


@pytest.mark.parametrize("name", PASTURE)
def test_every_example_of_the_pasture_is_received_and_shown_as_it_was_read(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, name: str
) -> None:
    examples = json.loads((SAMPLES / "pasture" / f"{name}.json").read_text())["examples"]
    found = []
    for fields in examples:
        fields = json.loads(
            json.dumps(fields).replace(SOMEWHERE + "/actor", ana.uri).replace(SOMEWHERE, remote.base)
        )
        note = ana.note("", forum.board())
        note["content"] = "text"
        if "contentMap" in fields and "content" not in fields:
            del note["content"]
        mention = note["tag"]
        context = fields.pop("@context", None)
        for key in ("id", "tag", "to", "cc"):
            if key == "tag" and key in fields:
                given_tags = fields.pop("tag")
                note["tag"] = mention + (given_tags if isinstance(given_tags, list) else [given_tags])
        note |= fields
        note["cc"] = [*(note["cc"] if isinstance(note.get("cc"), list) else [note.get("cc")]), forum.board()]
        note = {key: value for key, value in note.items() if value is not None or key in fields}
        create = ana.activity("Create", note)
        if context is not None:
            create["@context"] = context
        answer = forum.post(ana, create)
        assert answer.status_code == 202, (fields, answer.get_data(as_text=True))
        forum.work()
        (row,) = forum.rows(InboundActivity, InboundActivity.activity_uri == create["id"])
        assert row.state in {"handled", "ignored", "waiting"}, row.outcome
        identity = note.get("id")
        found.append(outcome(forum, row, identity if isinstance(identity, str) else "", remote.base))
    for post in forum.rows(Post):
        assert flaws_in_words(post.body_html) == []
        assert forum.get(f"/boards/respite/threads/{post.thread_id}").status_code in {200, 404}
    golden = SAMPLES / "golden" / f"{name}.json"
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert json.loads(golden.read_text()) == found


@pytest.mark.parametrize("name", OURS)
def test_every_document_of_ours_survives_being_kept_and_passed_on(name: str) -> None:
    raw = (SAMPLES / "ours" / f"{name}.json").read_bytes()
    if json.loads(raw).__class__ is list or name == "signature-vectors":
        return
    document = strict_json.loads(raw)
    assert strict_json.loads(strict_json.dumps(document)) == json.loads(raw)
    if name.startswith("api-") or "webfinger" in name:
        return
    kept = strict_json.loads(strict_json.dumps({"object": document}))["object"]
    for read in (
        vocabulary.parse_activity,
        vocabulary.parse_actor,
        vocabulary.parse_note,
        vocabulary.parse_collection,
    ):
        try:
            first = read(document)
        except vocabulary_error():
            continue
        assert read(kept) == first
        return
    assert document["type"] in {"QuoteAuthorization"}, "understood as nothing"


def vocabulary_error() -> type[Exception]:
    from fedconnect.foundation.errors import Malformed

    return Malformed


@pytest.mark.parametrize("name", ACTIVITIES)
def test_every_activity_of_ours_is_taken_and_kept_as_it_was_sent(
    forum: Forum, remote: RemoteServer, name: str
) -> None:
    """The example hosts become our test server, their people get keys, and it is sent in earnest."""
    text = (SAMPLES / "ours" / f"{name}.json").read_text()
    document = json.loads(text)
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("actor"), str)
        or name == "signature-vectors"
    ):
        pytest.skip("no activity")
    for host in ("social.example", "kolektiva.example", "lemmy.example", "forum.example"):
        text = text.replace(f"https://{host}/", f"{remote.base}/")
    document = json.loads(text.replace("https://newhome.example/", f"{remote.base}/new/"))
    sender = RemotePerson(remote, "sample", remote.person("sample", key=1).key)
    path = document["actor"].removeprefix(remote.base)
    actor = {**sender.document(), "id": document["actor"], "inbox": document["actor"] + "/inbox"}
    actor["publicKey"] = {
        **actor["publicKey"],
        "id": document["actor"] + "#main-key",
        "owner": document["actor"],
    }
    remote.documents[path] = actor
    body = json.dumps(document).encode()
    from fedconnect.activitypub import signing

    headers = signing.sign(sender.key, document["actor"] + "#main-key", "POST", BASE + "/inbox", body)
    answer = forum.client.post("/inbox", data=body, headers=headers, base_url=BASE)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    if name == "delete-actor":
        return  # of a stranger: nothing to keep
    forum.work()
    (row,) = forum.rows(InboundActivity)
    assert row.state in {"handled", "ignored", "waiting"}, row.outcome
    if row.body:
        assert json.loads(row.body) == document


def test_the_digest_of_followers_is_the_one_of_the_vectors() -> None:
    vector = json.loads((SAMPLES / "ours" / "signature-vectors.json").read_text())["fep8fcf"]
    assert followers_synchronization.digest_of(vector["followers"]) == vector["digest_hex"]
    assert followers_synchronization.digest_of(vector["followers"][::-1]) == vector["digest_hex"]


WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
INLINE = st.sampled_from(
    ["b", "i", "em", "strong", "u", "code", "del", "span", "a href='https://x.example/'", "sub", "font"]
)
BLOCK = st.sampled_from(
    ["p", "blockquote", "ul><li", "ol><li", "h1", "h3", "div", "pre", "section", "table><tr><td", "center"]
)


@st.composite
def variants(draw: st.DrawFn) -> str:
    """HTML of a post: blocks of words, some in inline elements, some of elements that we do not keep."""
    out = []
    for _ in range(draw(st.integers(1, 5))):
        block = draw(BLOCK)
        words = []
        for word in draw(st.lists(WORD, min_size=1, max_size=5)):
            inline = draw(st.none() | INLINE)
            words.append(f"<{inline}>{word}</{inline.split()[0]}>" if inline else word)
        closing = "".join(f"</{name}>" for name in reversed(block.split("><")))
        out.append(f"<{block}>{' '.join(words)}{closing}")
    return "".join(out)


@settings(max_examples=300, deadline=None)
@given(source=variants(), mentioned=st.booleans())
def test_of_any_variant_all_words_stay_mentions_are_linked_and_nothing_is_active(
    source: str, mentioned: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own_address.configure("https://forum.example")
    sealing.configure(open_secrets(tmp_path_factory.getbasetemp()))
    note: Document = {
        "type": "Note", "id": "https://a.example/1", "attributedTo": "https://a.example/u", "to": ["as:Public"],
        "content": source + (" @bo@b.example" if mentioned else ""),
        "tag": [{"type": "Mention", "name": "@bo@b.example", "href": "https://b.example/bo"}] if mentioned else [],
    }  # fmt: skip
    shown = draft_of(vocabulary.parse_note(note)).html
    assert flaws_in_words(shown) == []
    assert text_of_browser(shown).split() == text_of_browser(note["content"]).split()
    assert html.text_of(shown).split() == text_of_browser(shown).split() or "<pre" in shown
    assert ('href="https://b.example/bo"' in shown) is mentioned
