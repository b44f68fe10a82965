"""Case C1: whatever reads what strangers wrote takes 250 ms of CPU at most, and twice the text at most 2.5 times.

Each reader meets a dozen hostile texts and more, at half of the largest size that it is given and at all of it;
those that the sanitiser pays for are also tried just below its caps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fedconnect.accounts import sign_in, typed_addresses
from fedconnect.activitypub import documents, signatures, strict_json, vocabulary, webfinger
from fedconnect.activitypub.signatures import Request
from fedconnect.federation.note_drafts import draft_of
from fedconnect.forum import search, titles
from fedconnect.foundation import fetch, html, link_display, own_address, sealing
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.secrets import open_secrets
from fedconnect.home_servers.interaction_links import read_account
from fedconnect.listening import private_requests
from fedconnect.moderation.cases import triage
from fedconnect.moderation.decisions import public_log
from fedconnect.surfacing import tokenizer
from fedconnect.surfacing.hearing import listening_hours
from support.pumping import MOST_S, least, verdict

NOTE = vocabulary.parse_note(
    {"type": "Question", "id": "https://a.example/1", "attributedTo": "https://a.example/u", "content": "x"}
)
PUBLIC_NAME = "https://forum.example/boards/respite"


@pytest.fixture(autouse=True)
def somebody(tmp_path: Path) -> None:
    own_address.configure("https://forum.example")
    sealing.configure(open_secrets(tmp_path))


def _draft(text: str) -> Any:
    """A post with the text in each of its fields, as far as a body of 1 MiB holds them."""
    document = {
        "type": "Question", "id": "https://a.example/1", "attributedTo": "https://a.example/u", "content": text,
        "summary": text, "name": text, "oneOf": [{"name": text[:8000]}] * 20, "quote": "https://a.example/2",
        "tag": [{"type": "Mention", "name": "@" + text[n : n + 200], "href": "https://a.example/u"} for n in range(100)],
        "attachment": [{"type": "Image", "url": "https://a.example/i", "name": text[:10_000]}] * 16,
    }  # fmt: skip
    return draft_of(vocabulary.parse_note(document))


def _signed(**headers: str) -> None:
    request = Request("POST", "https://forum.example", "/inbox", headers, b"{}")
    signatures.read_signature(request)


def _rfc9421(text: str) -> None:
    _signed(**{"signature-input": text, "signature": text, "date": text, "content-digest": text})
    _signed(**{"signature-input": f"sig=({text})", "signature": f"sig=:{text}:"})


def _digested(text: str) -> None:
    given = 'sig=("@method" "@target-uri" "content-digest");created=1;keyid="x"'
    _signed(**{"signature-input": given, "signature": "sig=:QUJD:", "content-digest": text})


def _cavage(text: str) -> None:
    _signed(signature=text, date=text, digest=text)


def _dated(text: str) -> None:
    given = 'keyId="k",signature="QUJD",headers="(request-target) host date digest"'
    _signed(signature=given, date=text, digest=text, host="forum.example")


#: name: reader, the most characters it is given
READERS: dict[str, tuple[Callable[[str], Any], int]] = {
    "clean": (html.clean, html.MAX_HTML_CHARS),
    "text of": (html.text_of, 64_000),
    "plain": (lambda text: html.plain(text, 16_000), 64_000),
    "plain lines": (lambda text: html.plain_lines(text, 16_000), 64_000),
    "line of": (lambda text: html.line_of(text, 500), 64_000),
    "paragraphs": (html.paragraphs, 64_000),
    "username": (html.username, 64_000),
    "quote line": (html.without_quote_line, 64_000),
    "truthful links": (link_display.truthful, 64_000),
    "mentions": (lambda text: link_display.with_mentions(text, {f"@{text[:n]}": "https://a.example" for n in range(1, 200, 2)}), 64_000),
    "links": (link_display.with_links, 64_000),
    "emojis": (lambda text: link_display.with_emojis(text, {":a:": "/media/0"}), 64_000),
    "headline": (lambda text: titles.split_title(html.clean(text), (PUBLIC_NAME,)), 64_000),
    "headline of text": (lambda text: titles.split_title(html.paragraphs(text), (PUBLIC_NAME,)), 64_000),
    "draft": (_draft, 64_000),
    "json": (lambda text: strict_json.loads(json.dumps({"a": text}).encode()), 250_000),
    "json itself": (lambda text: strict_json.loads(text.encode()), 250_000),
    "rfc 9421": (_rfc9421, 8192),
    "content digest": (_digested, 8192),
    "cavage": (_cavage, 8192),
    "date": (_dated, 8192),
    "media type": (documents._is_activitypub, 64_000),
    "media type, escaped": (lambda text: documents._is_activitypub('application/ld+json; a="' + text), 64_000),
    "handle": (webfinger.parse_handle, 64_000),
    "host": (fetch.normal_host, 64_000),
    "host of": (lambda text: fetch.host_of("https://" + text), 64_000),
    "shown host": (link_display.honest_host, 253),
    "uri": (lambda text: vocabulary.uri("https://" + text), 64_000),
    "account": (read_account, 64_000),
    "address typed": (typed_addresses.read_address, 64_000),
    "onward": (sign_in.onward_path, 64_000),
    "search": (search.fold, 64_000),
    "words": (tokenizer.tokenize, 64_000),
    "private request": (private_requests.read, 64_000),
    "time zone": (listening_hours.find_zone, 64_000),
    "public log": (public_log._HANDLE.findall, 64_000),
    "harm": (triage.severity_of, 64_000),
    "key": (signatures.load_key, 8192),
}  # fmt: skip

PIECES = [
    "<", "a", "<a ", "&", "<script", "<script>", "\n", " ", "a.", "@a", "@", " @a@a.b", "#", " #a", "#a", "-", ".", '"', "'",
    '="', "<a href='", '<a href="https://a.example/">a.example</a>', "<p class=\"quote-inline\">", "<b>", "<b><i>", "<a><b>",
    "<p><b>", "<h1>", "<li>", "</p>", "<!--", "-->", "<!", "<?", "&amp;", "&#x41;", "a\u0301\u0316", "\u0301\u0316", "\u200b",
    "\u202e", "\u00e9", "\u3042", "\U0001f469\u200d", ",a=\"b\"", ";a=1", '("a" ', ":a:", ":", "=:", "xn--", "%41", "\\", "0",
    "http://", "https://a.example/ ", "<span>", "<br>", "<pre>\n", "<p> <br></p>", "[", "{\"a\":", "[[", "\\u0000", "1,", ". ",
    "?! ", "a@a.b ", "+1 ", "..a. ", "a.a.a. b", "@a@a.b,",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_c1_hostile_text_costs_no_reader_more_than_it_is_long(name: str) -> None:
    reader, largest = READERS[name]

    def read(text: str) -> None:
        with suppress(FedConnectError):
            reader(text)

    wrong = {}
    for piece in PIECES:
        for end in ("", " x"):
            grow = lambda size, piece=piece, end=end: (piece * size)[: size - len(end)] + end  # noqa: E731
            if said := verdict(read, grow, largest, steps=(1000,)):
                wrong[piece, end] = said
                break
    assert wrong == {}


@pytest.mark.parametrize("name", ["clean", "headline", "draft"])
def test_c1_words_just_below_the_caps_of_the_sanitiser_cost_no_more(name: str) -> None:
    reader, _ = READERS[name]
    wrong = {}
    for piece in [piece for piece in PIECES if "<" in piece or "&" in piece]:
        for count in (500, 1000, 2000):
            text = (piece * count)[:60_000]
            text += "x " * ((64_000 - len(text)) // 2)
            if (took := least(reader, text)) > MOST_S:
                wrong[piece, count] = took
    assert wrong == {}


def test_c1_many_attributes_on_one_tag_and_many_links_cost_no_more() -> None:
    shapes: list[Callable[[int], str]] = [
        lambda size: "<a " + " ".join(f"a{n}=b" for n in range(size // 8)) + ">x</a>",
        lambda size: "<p " + "a" * (size - 5) + ">",
        lambda size: '<p class="' + "mention " * (size // 8) + '">x',
        lambda size: '<a href="https://a.example/' + "a" * size + '">a.example</a>',
        lambda size: "".join(f"<b lang=a{n}>" for n in range(30)) + "<p>x" * (size // 4),
        lambda size: "</b>" * (size // 8) + "<b>" * (size // 6),
        lambda size: "<b></i>" * (size // 7),
        lambda size: "<a><b><i><u><s>x</a></b></i></u></s>" * (size // 36),
    ]
    assert {n: said for n, shape in enumerate(shapes) if (said := verdict(html.clean, shape, 63_000))} == {}


def test_c1_the_names_of_a_hostile_document_cost_no_more() -> None:
    """10,000 values at most, each of them a name whose host has to be read."""
    for letter in ("a", "\u00e9", "\u0301", "xn--", "a.", "1."):

        def read(text: str, letter: str = letter) -> None:
            names = [f"https://{(letter * 250)[:240]}{n}.example/{text[:600]}" for n in range(1500)]
            note = {
                "type": "Note", "id": "https://a.example/1", "attributedTo": "https://a.example/u", "to": names, "cc": names[:500],
                "tag": [{"type": "Mention", "href": name} for name in names], "audience": names[500:],
            }  # fmt: skip
            vocabulary.parse_note(note)
            vocabulary.parse_activity({"@context": vocabulary.ACTIVITYSTREAMS, "id": "https://a.example/2", "type": "Create",
                                       "actor": "https://a.example/u", "object": note, "to": names})  # fmt: skip

        fetch.host_of.cache_clear()
        assert verdict(read, lambda size: "x" * size, 700) == "", letter
