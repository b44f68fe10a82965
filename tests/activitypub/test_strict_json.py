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
        (rb'{"\ud800":1,"\ud801":2}', "a name twice"),
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


def test_32_levels_and_ten_thousand_values_pass_and_not_one_more() -> None:
    assert strict_json.loads(nested(32))
    with pytest.raises(Malformed, match="nested"):
        strict_json.loads(nested(33))
    full = {"a": list(range(9_999))}
    assert strict_json.loads(json.dumps(full).encode()) == full
    with pytest.raises(Malformed, match="too many"):
        strict_json.loads(json.dumps({"a": list(range(10_000))}).encode())


@pytest.mark.parametrize("number", [1 << 53, -(1 << 53)])
def test_whole_numbers_up_to_2_to_the_53_pass_and_beyond_do_not(number: int) -> None:
    assert strict_json.loads(b'{"a":[%d]}' % number) == {"a": [number]}
    beyond = number + (1 if number > 0 else -1)
    with pytest.raises(Malformed, match="integer"):
        strict_json.loads(b'{"a":[%d]}' % beyond)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (rb'["a\u0000b"]', ["a\ufffdb"]),
        (rb'{"a\u0000b":1}', {"a\ufffdb": 1}),
        (rb'["Ana \udc00"]', ["Ana \ufffd"]),
        (rb'["Ana \ud800"]', ["Ana \ufffd"]),
        (rb'["\uDFFF\uD800"]', ["\ufffd\ufffd"]),
        (rb'{"\ud800":{"x":["\udbff"]}}', {"\ufffd": {"x": ["\ufffd"]}}),
        (rb'["\uD83D \uDE00"]', ["\ufffd \ufffd"]),
        (rb'["\ud83d\ude00\ud83d"]', ["😀\ufffd"]),
        (b'["\xed\xa0\xbd\xed\xb8\x80 \xed\xb8\x80"]', ["😀 \ufffd"]),
        (rb'["\\ud800 \\u0000"]', ["\\ud800 \\u0000"]),
    ],
)
def test_half_a_character_becomes_the_sign_for_one_that_cannot_be_shown(raw: bytes, found: object) -> None:
    assert strict_json.loads_any(raw) == found


def test_what_was_repaired_is_kept_as_it_was_read_and_all_else_as_it_came() -> None:
    for raw in (rb'{"a":"\udc00 \u00e9"}', b'{"a":"\xed\xa0\x80"}', rb'{"a" : "\u0000"}'):
        document = strict_json.loads(raw)
        kept = strict_json.storable_text(raw, document)
        assert json.loads(kept) == document
        kept.encode()
    assert strict_json.storable_text('{ "a":"é"}'.encode(), {"a": "é"}) == '{ "a":"é"}'


def test_a_client_api_may_answer_with_a_list_and_a_document_may_not_be_one() -> None:
    assert strict_json.loads_any(b'[{"id":"1"}]') == [{"id": "1"}]
    assert strict_json.loads_any(b'"text"') == "text"
    with pytest.raises(Malformed, match="no JSON object"):
        strict_json.loads(b'[{"id":"1"}]')


def test_what_we_write_we_read_again_in_every_script() -> None:
    document = {"content": "日本語 \u202e 😀", "n": [1, None, True]}
    assert strict_json.loads(strict_json.dumps(document)) == document
