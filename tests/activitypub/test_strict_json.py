"""JSON from outside: one meaning, bounded, storable; each refusal for its own reason."""

from __future__ import annotations

import json

import pytest

from fedconnect.activitypub import strict_json
from fedconnect.foundation.errors import Malformed


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a":1,"a":2}', "ValueError"),
        (b'{"a":NaN}', "ValueError"),
        (b'{"a":Infinity}', "ValueError"),
        (b'{"a":1e999}', "beyond all bounds"),
        (b'{"a":' + b"9" * 17 + b"}", "beyond 2"),
        (b'{"a":' + b"9" * 5000 + b"}", "ValueError"),
        (b'{"a":"\\u0000"}', "NUL"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a":"\xff"}', "UnicodeDecodeError"),
        ('{"a":1}'.encode("utf-16"), "UnicodeDecodeError"),
        (b'\xef\xbb\xbf{"a":1}', "JSONDecodeError"),
        (b'{"a":1} x', "JSONDecodeError"),
        (b"[1]", "no JSON object"),
        (b"", "JSONDecodeError"),
        (nested(40), "nested too deeply"),
        (nested(9_000), "RecursionError"),
        (nested(100_000), "too many values"),
        (json.dumps({"a": list(range(10_001))}).encode(), "too many values"),
    ],
)
def test_x05_what_is_ambiguous_or_unbounded_is_refused_for_its_own_reason(raw: bytes, why: str) -> None:
    with pytest.raises(Malformed) as caught:
        strict_json.loads(raw)
    assert why in caught.value.detail


@pytest.mark.parametrize("key", ["@graph", "@reverse", "@included"])
@pytest.mark.parametrize("deep", [False, True])
def test_s17_words_that_make_another_graph_of_it_are_refused(key: str, deep: bool) -> None:
    inner: dict[str, object] = {key: []}
    with pytest.raises(Malformed):
        strict_json.loads(json.dumps({"object": inner} if deep else inner).encode())


@pytest.mark.parametrize(
    "term", ["type", "@type", "id", "actor", "object", "to", "attributedTo", "publicKey"]
)
def test_s17_a_context_that_gives_core_words_another_meaning_is_refused(term: str) -> None:
    document = {"@context": ["https://www.w3.org/ns/activitystreams", {term: "https://evil.example/x"}]}
    with pytest.raises(Malformed, match="another meaning"):
        strict_json.loads(json.dumps(document).encode())
    fine = {"@context": ["https://www.w3.org/ns/activitystreams", {"toot": "http://joinmastodon.org/ns#"}]}
    assert strict_json.loads(json.dumps(fine).encode()) == fine


def test_every_script_and_an_escaped_pair_pass() -> None:
    assert strict_json.loads(b'{"a":"\\ud83d\\ude00 \xc3\xa9"}') == {"a": "😀 é"}
