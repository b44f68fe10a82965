"""Case M6: no header, address, form field, cookie or body makes any route answer 500.

All routes meet all hostile values, signed out and signed in, in the address and its query or in a form; the names of
fields are read out of the source. Only 502 and 503 say that something else is at fault.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import secrets
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

import fedconnect
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission
from support.forum import BASE, Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

VALUES = [
    "9" * 30, "9" * 5000, "-1", "-9" + "9" * 25, "0", "1e999", "NaN", "\x00", "a\x00b", "\ud800", "\u202e\ufffe", "999999999999-99-99",
    "0000-00-00", "9999-12-31T23:59:59-23:59", "253402300799", "²", "१२", "%", "%zz", "%00", "..%2f..", "' OR 1=1 --", "a" * 9000,
    "\U0001f469" * 500, "[" * 3000, '{"a":' * 2000, "https://[::1", "@@@", "@a@" + "b" * 300, "http://\u0430" * 40, "\r\nX: y", "*" * 300,
    "a OR \"b AND (", "٣", "+99999999999", "0x10", "True", "null",
]  # fmt: skip
NEVER_STORED = ("a\x00b", "\ud800")
#: Each run takes some of the values for each route; `FUZZ=all` takes all of them, which is 6 minutes.
EVERYTHING = os.environ.get("FUZZ") == "all"
PLAUSIBLE = [
    "1",
    "respite",
    "x",
    "write",
    "2026-01-01",
    "@ana@example.social",
    "https://a.example/1",
    "yes",
    "",
]


def field_names() -> list[str]:
    """The names that any page may read: what stands as a text in a call or a subscript of the web floor."""
    found: set[str] = set()
    for path in (Path(fedconnect.__file__).parent / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            parts = (
                node.args[:2]
                if isinstance(node, ast.Call)
                else [node.slice]
                if isinstance(node, ast.Subscript)
                else []
            )
            found |= {
                one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return sorted(name for name in found if re.fullmatch(r"[a-z][a-z0-9_]{0,20}", name))


def address(rule: Rule, value: str, known: dict[str, str]) -> str:
    """Return an address of a rule; `known` parts are real, the others are the value."""

    def fill(match: re.Match[str]) -> str:
        converter, _, name = match[1].rpartition(":")
        if converter.startswith("any("):
            return converter[4:].partition(",")[0].strip(") '\"")
        return known.get(name) or quote(value, safe="", errors="surrogatepass") or "x"

    return re.sub(r"<([^>]+)>", fill, str(rule))


def query(names: list[str], value: str) -> str:
    return urlencode(dict.fromkeys(names, value), errors="surrogatepass")


@pytest.fixture
def real(forum: Forum, ana: RemotePerson) -> dict[str, str]:
    forum.tell(ana, ana.create(ana.note("A thread", forum.board())))
    path = forum.thread_path("A thread")
    return {"slug": "respite", "thread_id": path.rpartition("/")[2]}


def test_m6_the_names_of_fields_are_found() -> None:
    assert {"page", "q", "words", "at_most", "days", "endpoint", "thread", "since"} <= set(field_names())


@pytest.mark.parametrize("signed_in", [False, True], ids=["signed out", "signed in"])
def test_m6_no_route_answers_500_whatever_is_asked(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer, real: dict[str, str], signed_in: bool
) -> None:
    if signed_in:
        resident = home.resident("mia")
        assert visitor.sign_in(home, "mia").status_code == 303
        forum.moderate(resident)
    names, seed = field_names(), secrets.randbits(32)
    chance = random.Random(seed)
    failed = []
    for rule in app.url_map.iter_rules():
        if "sign-out" in str(rule) or str(rule).startswith("/static"):
            continue
        # With each value everywhere, and with a few of them among what is plausible.
        values = VALUES if EVERYTHING else [*NEVER_STORED, *chance.sample(VALUES, 4)]
        turns = [(value, dict.fromkeys(names, value)) for value in values]
        turns += [
            (chance.choice(VALUES), {n: chance.choice([*PLAUSIBLE, chance.choice(VALUES)]) for n in names})
            for _ in range(6 if EVERYTHING else 2)
        ]
        for value, fields in turns:
            for known in (chance.choice(({}, real)),):
                path = address(rule, value, known)
                sent = urlencode(fields, errors="surrogatepass")
                for method in sorted({"GET", "POST"} & (rule.methods or set())):
                    answer = visitor.client.open(
                        path + ("?" + sent if method == "GET" and len(sent) < 60_000 else ""), method=method, base_url=BASE,
                        data=sent if method == "POST" else None,
                        headers={**visitor.headers, "Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"},
                    )  # fmt: skip
                    if answer.status_code >= 500 and answer.status_code not in {502, 503}:
                        failed.append((method, str(rule), value[:30], known != {}, answer.status_code))
    assert failed == []


@pytest.mark.parametrize("path", ["/log?q=a%00b", "/search?q=%00", "/log?a%00b=1&q=x"])
def test_m6_a_zero_byte_in_a_field_is_refused_where_it_is_read(
    forum: Forum, visitor: Visitor, path: str
) -> None:
    assert forum.get(path).status_code == 400
    assert visitor.post("/sign-in", {"account": "@ana@a\x00b.example"}).status_code == 400
    assert forum.get("/boards/a%00b").status_code == 404


def test_head_reads_where_a_post_would_delete_report_or_decide(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    mia = home.resident("mia")
    forum.tell(mia, mia.create(mia.note("Mine", forum.board())))
    assert visitor.sign_in(home, "mia").status_code == 303
    visitor.permit(home, "mia", "write", "follow", "mark", "report")
    forum.moderate(mia)
    (post,) = forum.rows(Post, Post.person_id.is_not(None))
    values = {"slug": "respite", "thread_id": str(post.thread_id), "post_id": str(post.id)}
    for rule in app.url_map.iter_rules():
        if {"GET", "POST"} <= (rule.methods or set()):
            visitor.client.head(address(rule, "1", values), base_url=BASE)
    (left,) = forum.rows(Post, Post.id == post.id)
    assert left.state is PostState.VISIBLE
    assert (forum.rows(Case), forum.rows(Decision), forum.rows(Submission)) == ([], [], [])
    assert len(forum.rows(Reader)) == 1


HEADERS = [
    "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Content-Type", "Cookie", "Date", "Digest", "Content-Digest",
    "Host", "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site", "Signature", "Signature-Input",
    "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Collection-Synchronization", "Content-Length", "Forwarded",
]  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_m6_no_header_makes_a_route_answer_500(
    forum: Forum, visitor: Visitor, real: dict[str, str], name: str
) -> None:
    failed = []
    values = [
        value.encode("utf-8", "surrogatepass").decode("latin-1") for value in VALUES if "\n" not in value
    ]
    values += ["__Host-fedconnect_session=" + value for value in values] if name == "Cookie" else []
    seed = secrets.randbits(32)
    values = values if EVERYTHING else random.Random(seed).sample(values, 8)
    for path, method in (("/", "GET"), (f"/boards/respite/threads/{real['thread_id']}", "GET"), ("/boards/respite", "GET"),
                         ("/boards/respite/outbox", "GET"), ("/search?q=x", "GET"), ("/inbox", "POST"), ("/sign-in", "POST")):  # fmt: skip
        for value in values:
            headers = {"Content-Type": "application/activity+json", name: value}
            if name == "Content-Length":
                headers.pop("Content-Type")
            answer = visitor.client.open(
                path, method=method, headers=headers, base_url=BASE, data=b"{}" if method == "POST" else None
            )
            if answer.status_code >= 500 and answer.status_code not in {502, 503}:
                failed.append((path, value[:30], answer.status_code))
    assert failed == [], seed


@pytest.mark.parametrize(
    "changes",
    [
        {"Date": "Mon, 01 Jan 0001 00:00:00 +2359"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 -2359"},
        {"Date": "Mon, 10 Aug 2026 09:15:30 +99999999"},
        {"Signature": 'keyId="https://a.example/u",algorithm="hs2019",created=1,expires=253402300799,signature="QUJD",'
         'headers="(request-target) host digest (created) (expires)"'},
        {"Signature": "sig=:QUJD:", "Signature-Input":
         'sig=("@method" "@target-uri" "content-digest");created=1;expires=253402300799;keyid="https://a.example/u"'},
    ],
)  # fmt: skip
def test_m6_no_time_in_a_signature_makes_an_inbox_answer_500(
    forum: Forum, ana: RemotePerson, changes: dict[str, str]
) -> None:
    activity = ana.activity("Like", forum.board())
    assert forum.post(ana, activity, **changes).status_code in {400, 401}


NUMBERS = ["9" * 25, "-" + "9" * 25, "9" * 5000, "1e400", "-0", "1.5", '"\\ud800"', '"\\u0000"', '"9999-12-31T23:59:59-23:59"', "[]", "{}", "null", "true",
           '"0001-01-01T00:00:00+23:59"', '[[["https://a.example/1"]]]', '{"id":{"id":"https://a.example/1"}}', '"https://[::1"']  # fmt: skip


def test_m6_no_value_in_a_proven_activity_ends_in_an_error(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("x", forum.board(), type="Question", oneOf=[{"name": "a", "replies": {"totalItems": 1}}], endTime="2026-01-01T00:00:00Z",
                    summary="s", context="c", replies={"first": "x"}, interactionPolicy={"canReply": {"always": []}}, updated="x", quote="x")  # fmt: skip
    bodies = []
    for number in NUMBERS:
        for key in note:
            changed = json.dumps(ana.create({**note, "id": f"{note['id']}{len(bodies)}", key: "@@"}))
            bodies.append(changed.replace('"@@"', number).encode())
        for key in ("published", "endTime", "target", "summary", "to", "object", "instrument"):
            bodies.append(
                json.dumps(ana.activity("Flag", note["id"], **{key: "@@"}) | {key: "@@"})
                .replace('"@@"', number)
                .encode()
            )
    for body in bodies:
        assert forum.post(ana, body).status_code in {202, 400, 401, 429}, body
    for _ in range(len(bodies) // 50 + 1):
        forum.work()
    from fedconnect.models.inbound import InboundActivity

    rows = forum.rows(InboundActivity)
    assert [row.body for row in rows if "unforeseen" in row.outcome] == []
    for path in ("/", "/boards/respite", "/boards/respite/feed.atom", "/boards/respite/outbox"):
        assert forum.get(path).status_code == 200
