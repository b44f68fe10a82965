"""Case C1: what a body of 1 MiB may cost before its sender is proven; docs/prices.md says it, row by row."""

from __future__ import annotations

import re
import resource
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from fedconnect.activitypub import strict_json, vocabulary
from fedconnect.foundation.errors import FedConnectError
from support.forum import BASE, Forum
from support.pumping import MOST_S, least
from support.remote import RemotePerson

MIB = 1 << 20
HEAD = (
    '{"@context":"https://www.w3.org/ns/activitystreams","id":"https://a.example/1","type":"Create",'
    '"actor":"https://a.example/u","object":'
)


def filled(piece: str, end: str = "", begin: str = "") -> str:
    room = MIB - len(HEAD) - len(begin) - len(end) - 2
    return HEAD + begin + (piece * (room // len(piece.encode()))) + end + "}"


def listed(piece: str) -> str:
    return filled(piece + ",", piece + "]", "[")


BODIES: dict[str, Callable[[], str]] = {
    "numbers": lambda: listed("1"),
    "long numbers": lambda: listed("9" * 4000),
    "floats": lambda: listed("1e5"),
    "empty lists": lambda: listed("[]"),
    "empty objects": lambda: listed("{}"),
    "short texts": lambda: listed('"a"'),
    "objects": lambda: listed('{"a":1,"b":2}'),
    "nested": lambda: filled("[", ""),
    "nested objects": lambda: filled('{"a":', ""),
    "one long text": lambda: filled("x", '"', '"'),
    "escaped": lambda: filled("\\u00e9", '"', '"'),
    "surrogates": lambda: filled("\\ud83d\\ude00", '"', '"'),
    "keys": lambda: HEAD + "{" + ",".join(f'"k{n}":1' for n in range(80_000)) + "}}",
    "names": lambda: (
        HEAD + '{"to":[' + ",".join(f'"https://h{n}.example/{"x" * 60}"' for n in range(9000)) + "]}}"
    ),
    "unencoded names": lambda: listed('"https://\u00e9.example/"'),
    "wide": lambda: filled("\U0001f469", '"', '"'),
}


@pytest.mark.parametrize("name", BODIES)
def test_c1_a_body_of_one_mebibyte_is_read_or_refused_within_250_ms_and_32_mib(name: str) -> None:
    raw = BODIES[name]().encode()[:MIB]

    def read(_: str = "") -> None:
        try:
            activity = vocabulary.parse_activity(strict_json.loads(raw))
            if activity.embedded is not None:
                vocabulary.parse_note(activity.embedded)
        except FedConnectError:
            return

    took = least(read, "")
    tracemalloc.start()
    read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took <= MOST_S, took
    assert peak <= 32 * MIB, peak / MIB


@pytest.mark.parametrize("name", ["numbers", "empty lists", "keys", "escaped", "one long text"])
def test_c1_an_unproven_message_costs_an_inbox_no_more(forum: Forum, ana: RemotePerson, name: str) -> None:
    raw = BODIES[name]().encode()[:MIB]
    headers = {**ana.sign(BASE + "/inbox", raw), "Signature": 'keyId="https://[::1]/u#k",signature="QUJD"'}

    def post(_: str = "") -> None:
        answer = forum.client.post("/inbox", data=raw, headers=headers, base_url=BASE)
        assert answer.status_code in {400, 401, 413}

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert least(post, "") <= MOST_S
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 <= 48 * MIB, (
        "with the test client's own copy"
    )


def test_every_price_names_tests_that_stand() -> None:
    root = Path(__file__).parents[2]
    table = (root / "docs" / "prices.md").read_text().partition("\n## ")[0].splitlines()
    rows = [line for line in table if line.startswith("| ")][1:]
    assert len(rows) >= 15
    for row in rows:
        named = re.findall(r"`(tests/[a-z_/]+\.py)`", row)
        assert named, row
        assert [name for name in named if not (root / name).is_file()] == [], row


def test_commas_and_brackets_within_texts_are_no_values() -> None:
    text = 'one, two [three] {four} \\" \\\\' * 5000
    assert strict_json.loads(b'{"content":"' + text.encode() + b'"}')
