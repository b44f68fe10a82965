"""The demo's people: what they say, to whom they show it, and that it is said once, patiently and in order."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fedconnect.activitypub.vocabulary import PUBLIC, Document
from fedconnect.demo import peer
from fedconnect.demo.conversations import TOPICS, Statement
from fedconnect.demo.home import deliverer
from fedconnect.demo.peer import Peer
from fedconnect.foundation import fetch
from fedconnect.foundation.fetch import HttpResponse

FORUM, BASE = "https://forum.example", "http://127.0.0.1:8001"
NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUSING, POLICING = TOPICS[0], TOPICS[1]
LONG = "Rents <should> rise no faster than wages do, and nobody should pay more than a third."


def a_statement(
    number: int, author: str = "housing_1", text: str = "Build & rent.", **values: Any
) -> Statement:
    known = {"topic": HOUSING, "published": NOON + timedelta(minutes=number), "answers": None}
    return Statement(**{"number": number, "author": author, "text": text, **known, **values})


#: Number 7 is edited (7 mod 23 and long), 11 is deleted (11 mod 37).
FIRST, EDITED, DELETED = a_statement(1), a_statement(7, text=LONG), a_statement(11, "housing_2")
ANSWER = a_statement(12, "policing_0", "No.", topic=POLICING, answers=1)
SAID = [FIRST, EDITED, DELETED, ANSWER]


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peer:
    """The demo's people, four of whose statements are known."""
    monkeypatch.setattr(peer, "read_statements", lambda begun: SAID)
    monkeypatch.setattr(peer.clock, "now", lambda: NOON + timedelta(days=1))
    monkeypatch.setattr(peer, "own_key", lambda path: a_key())
    return Peer(FORUM, BASE, tmp_path)


class Inbox:
    """The forum's inbox on a clock of its own: it answers as the test says, and 202 at last."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.taken: list[Document] = []
        self.keys: list[str] = []
        self.tried = 0
        self.now = 0.0

    def post(self, url: str, body: bytes, *, headers: dict[str, str]) -> HttpResponse:
        assert url == f"{FORUM}/inbox"
        self.tried += 1
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, Exception):
            raise answer
        if answer == 202:
            self.taken.append(json.loads(body))
            self.keys.append(headers["Signature"].partition('keyId="')[2].partition('"')[0])
        return HttpResponse(answer, {}, b"", url)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def kinds(self) -> list[str]:
        return [one["type"] for one in self.taken]


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    made = Inbox()
    monkeypatch.setattr(fetch, "post", made.post)
    monkeypatch.setattr(fetch, "get", lambda url: HttpResponse(200, {}, b"", url))
    monkeypatch.setattr(deliverer, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=made.sleep))
    return made


# What is shown


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/people/",
        "/people/housing_9",
        "/people/housing_1/",
        "/people/housing_1/posts/",
        "/people/housing_1/posts/999",
        "/people/housing_2/posts/1",
        "/people/housing_2/posts/11",
        "/people/housing_1/posts/1/activity",
        "/people/housing_1/posts/-1",
        "/people/../people/housing_1",
        "/people/housing_1\n",
        "//people/housing_1",
    ],
)
def test_what_nobody_said_or_was_taken_back_is_not_there(told: Peer, path: str) -> None:
    assert told.find(path) is None


def test_somebody_is_at_the_address_that_their_document_names(told: Peer) -> None:
    found = told.find("/people/housing_1")
    assert found is not None
    assert found["id"] == found["url"] == f"{BASE}/people/housing_1"
    assert (found["name"], found["preferredUsername"]) == ("Participant 1", "housing_1")
    assert (found["inbox"], found["endpoints"]) == (
        f"{BASE}/people/housing_1/inbox",
        {"sharedInbox": f"{BASE}/inbox"},
    )
    assert found["publicKey"]["owner"] == found["id"]
    key = load_pem_public_key(found["publicKey"]["publicKeyPem"].encode())
    assert key.public_numbers() == a_key().public_key().public_numbers()  # type: ignore[union-attr]


def test_who_has_no_number_are_the_organisers(told: Peer) -> None:
    assert told.actor("policing_0")["name"] == "The organisers"
    assert told.actor("our_town_10")["name"] == "Participant 10"
    assert "(our_town)" in told.actor("our_town_10")["summary"]


def test_a_statement_is_at_the_address_that_its_note_names(told: Peer) -> None:
    found = told.find("/people/housing_1/posts/1")
    assert found is not None
    assert found["id"] == f"{BASE}/people/housing_1/posts/1"
    assert "@context" in found


# What is said


def test_a_first_post_names_its_board_last_and_is_for_everybody(told: Peer) -> None:
    note, board = told.note(FIRST), f"{FORUM}/boards/housing"
    assert note["content"].startswith("<p>Build &amp; rent.</p><p><span")
    assert f'href="{board}"' in note["content"]
    assert (note["to"], note["cc"]) == ([PUBLIC], [f"{BASE}/people/housing_1/followers", board])
    assert note["inReplyTo"] is None
    assert note["tag"] == [{"type": "Mention", "href": board, "name": "@housing"}]
    assert note["published"] == "2026-06-01T12:01:00Z"
    assert "updated" not in note


def test_an_answer_names_its_board_first_and_whom_it_answers(told: Peer) -> None:
    note = told.note(ANSWER)
    assert note["inReplyTo"] == f"{BASE}/people/housing_1/posts/1"
    assert note["content"].startswith("<p><span")
    assert note["content"].endswith("</span></a></span> No.</p>")
    assert note["attributedTo"] == f"{BASE}/people/policing_0"


def test_nothing_that_was_said_is_markup(told: Peer) -> None:
    assert "&lt;should&gt;" in told.note(EDITED)["content"]
    assert "<should>" not in told.note(EDITED)["content"]


def test_a_slip_is_sent_cut_short_at_a_word_and_mended_later(told: Peer) -> None:
    slip, whole = told.create(EDITED)["object"], told.update(EDITED)["object"]
    text = slip["content"].removeprefix("<p>").partition("</p>")[0]
    assert text == "Rents &lt;should&gt; rise no faster than wages do, and nobody"
    assert whole["content"].startswith(f"<p>{text} should pay more than a third.</p>")
    assert "updated" not in slip
    assert (slip["published"], whole["published"]) == ("2026-06-01T12:07:00Z",) * 2
    assert whole["updated"] == "2026-06-02T12:00:00Z"
    assert slip["id"] == whole["id"]


def test_what_is_not_mended_is_sent_whole(told: Peer) -> None:
    assert told.create(FIRST)["object"]["content"] == told.note(FIRST)["content"]


def test_each_activity_has_a_name_of_its_own_and_its_authors(told: Peer) -> None:
    person = f"{BASE}/people/housing_1"
    made = [
        told.follow("housing_1", "housing"),
        told.create(EDITED),
        told.update(EDITED),
        told.delete(EDITED),
    ]
    assert [one["type"] for one in made] == ["Follow", "Create", "Update", "Delete"]
    assert {one["actor"] for one in made} == {person}
    assert len({one["id"] for one in made}) == 4
    assert all(one["id"].startswith(person) for one in made)
    assert made[0]["object"] == f"{FORUM}/boards/housing"
    assert made[3]["object"] == {"id": f"{person}/posts/7", "type": "Tombstone"}


# How it is told


LATER = NOON + timedelta(days=30)


def test_what_was_told_is_not_told_again(told: Peer, inbox: Inbox) -> None:
    assert told.tell_until(LATER) == 9
    assert told.tell_until(LATER) == 0
    assert inbox.tried == 9


def test_a_forum_that_was_told_all_before_the_demo_had_a_month_is_told_nothing(
    told: Peer, inbox: Inbox, tmp_path: Path
) -> None:
    (tmp_path / "told").touch()
    assert told.tell_until(LATER) == 0
    assert inbox.tried == 0


def test_nothing_is_told_before_its_time(told: Peer, inbox: Inbox) -> None:
    assert told.tell_until(FIRST.published - timedelta(seconds=1)) == 0
    told.tell_until(FIRST.published)
    assert inbox.kinds == ["Follow"] * 3 + ["Create"]
    told.tell_until(DELETED.published)
    assert inbox.kinds[4:] == ["Create", "Update", "Create"]


def test_follows_come_first_and_what_is_taken_back_is_so_a_day_later(told: Peer, inbox: Inbox) -> None:
    told.tell_until(DELETED.published + timedelta(hours=23))
    assert "Delete" not in inbox.kinds
    told.tell_until(LATER)
    assert inbox.kinds == ["Follow"] * 3 + ["Create", "Create", "Update", "Create", "Create", "Delete"]
    assert inbox.taken[-1]["object"]["id"].endswith("/posts/11")
    assert {one["object"] for one in inbox.taken[:3]} == {
        f"{FORUM}/boards/housing",
        f"{FORUM}/boards/policing",
    }


def test_each_signs_for_themselves_alone(told: Peer, inbox: Inbox) -> None:
    told.tell_until(LATER)
    assert inbox.keys == [f"{one['actor']}#main-key" for one in inbox.taken]


# How requests are answered


@pytest.fixture
def ask(told: Peer) -> Callable[..., tuple[str, dict[str, str], bytes]]:
    """Ask the peer something over a connection that is none; return status line, headers and body."""

    class Connection:
        def __init__(self, request: bytes) -> None:
            self.request, self.answer = request, b""

        def makefile(self, *_: object) -> io.BytesIO:
            return io.BytesIO(self.request)

        def sendall(self, data: bytes) -> None:
            self.answer += bytes(data)

        def setsockopt(self, *_: object) -> None:
            pass

    def send(
        path: str, accept: str = "application/activity+json", method: str = "GET", body: bytes = b""
    ) -> Any:
        head = f"{method} {path} HTTP/1.0\r\nAccept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection = Connection(head.encode() + body)
        told.handler()(connection, ("127.0.0.1", 1), None)  # type: ignore[arg-type]
        above, _, below = connection.answer.partition(b"\r\n\r\n")
        first, *lines = above.decode().split("\r\n")
        return first.partition(" ")[2], dict(line.split(": ", 1) for line in lines), below

    return send


def test_who_is_not_there_is_a_404_for_a_browser_too(ask: Callable[..., Any]) -> None:
    for accept in ("application/activity+json", "text/html"):
        status, headers, body = ask("/people/nobody", accept)
        assert status.startswith("404")
        assert json.loads(body) == {"error": "not found"}
        assert headers["Content-Type"] == "application/activity+json"


def test_a_server_gets_the_document_and_a_browser_a_page(ask: Callable[..., Any]) -> None:
    status, headers, body = ask("/people/housing_1?x=1")
    assert status.startswith("200")
    assert json.loads(body)["id"] == f"{BASE}/people/housing_1"
    assert headers["Content-Length"] == str(len(body))
    assert abs(parsedate_to_datetime(headers["Date"]) - datetime.now(UTC)) < timedelta(seconds=5)
    _, headers, body = ask("/people/housing%5F1", "text/html,*/*")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<h1>Participant 1</h1><p>Took part in a Polis conversation (housing).</p>" in body
    assert b"<h1>A post</h1><p>Build &amp; rent.</p>" in ask("/people/housing_1/posts/1", "text/html")[2]


def test_whatever_is_delivered_is_taken_and_looked_at_by_nobody(ask: Callable[..., Any]) -> None:
    status, headers, body = ask("/inbox", method="POST", body=b"no json at all")
    assert (status.split()[0], headers["Content-Length"], body) == ("202", "0", b"")


# What it keeps


def test_a_demo_that_is_started_again_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer.clock, "machine_now", lambda: NOON)
    assert peer.beginning(tmp_path / "begun") == NOON
    monkeypatch.setattr(peer.clock, "machine_now", lambda: NOON + timedelta(days=9))
    assert peer.beginning(tmp_path / "begun") == NOON


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    made = peer.own_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert peer.own_key(tmp_path / "key.pem").private_numbers() == made.private_numbers()
    assert made.key_size == 2048
