"""The demo's home server: whose pages they are, what it lets through unasked, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.demo.home import living_home
from fedconnect.demo.home.document_server import HomeRequest
from fedconnect.demo.home.living_home import LivingHome, named

FORUM = "http://127.0.0.1:1"
BACK = f"{FORUM}/sign-in/back"


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Sent:
    """What is put into the hands of the one who delivers."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def put(self, key: object, key_id: str, inbox: str, activity: dict[str, Any]) -> None:
        self.sent.append((inbox, activity))

    def do(self, work: Any) -> None:
        work()


def a_home(folder: Path, port: int = 0) -> LivingHome:
    home = LivingHome("127.0.0.7", port, FORUM, a_key(), folder, ("dora",))
    home.deliverer = Sent()  # type: ignore[assignment]
    home.settle("dora", "Dora", "A <carer>.", "2025-01-01T00:00:00Z")
    home.settle("sam", "Sam", "A student.", "2025-01-01T00:00:00Z")
    home.writes_to = [(f"{FORUM}/services/letter", "The letter")]
    return home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LivingHome]:
    made = a_home(tmp_path)
    yield made
    if made._server.socket.fileno() != -1:  # or the test has closed it
        made.close()


def ask(
    home: LivingHome, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], str]:
    answer = home.answer_api(HomeRequest(method, path, headers, body))
    assert answer is not None
    return answer[0], answer[1], answer[2].decode()


def way(home: LivingHome) -> str:
    fields = {"client_name": "x", "website": "y", "redirect_uris": BACK, "scopes": "profile"}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    made = home.answer_api(HomeRequest("POST", "/api/v1/apps", kind, urlencode(fields).encode()))
    assert made is not None
    query = {
        "client_id": json.loads(made[2])["client_id"], "redirect_uri": BACK, "response_type": "code", "scope": "profile",
        "state": "s", "code_challenge": "c", "code_challenge_method": "S256",
    }  # fmt: skip
    return "/oauth/authorize?" + urlencode(query)


def test_nobody_is_sent_to_an_address_that_was_not_registered(home: LivingHome) -> None:
    path = way(home).replace(
        urlencode({"redirect_uri": BACK}), urlencode({"redirect_uri": "http://evil.example/"})
    )
    status, headers, _ = ask(home, "GET", named(path, "dora"))
    assert (status, "Location" in headers) == (400, False)
    assert home.codes == {}


def test_another_site_can_permit_nothing_and_write_nothing(home: LivingHome) -> None:
    form = urlencode({"way": way(home).partition("?")[2], "as": "dora"}).encode()
    assert ask(home, "POST", "/oauth/authorize", form, origin="http://evil.example")[0] == 403
    letter = urlencode({"to": f"{FORUM}/services/letter", "text": "stop"}).encode()
    assert ask(home, "POST", "/@dora", letter, origin="http://evil.example")[0] == 403
    assert ask(home, "POST", "/@dora", letter)[0] == 403
    assert home.codes == {}
    assert home.deliverer.sent == []  # type: ignore[attr-defined]


def test_who_is_named_comes_back_at_once_and_who_is_not_is_asked(home: LivingHome) -> None:
    status, headers, _ = ask(home, "GET", named(way(home), "dora"))
    assert status == 303
    assert headers["Location"].startswith(BACK + "?code=")
    assert [code.user for code in home.codes.values()] == ["dora"]
    status, _, page = ask(home, "GET", way(home))
    assert (status, "I am Dora" in page) == (200, True)
    status, _, page = ask(home, "GET", way(home), cookie="demo_person=sam")
    assert "You are signed in here as <strong>Sam</strong>" in page
    assert len(home.codes) == 1
    form = urlencode({"way": way(home).partition("?")[2], "as": "sam"}).encode()
    assert ask(home, "POST", "/oauth/authorize", form, origin=home.base)[0] == 303


def test_a_private_message_is_shown_cleaned_to_whom_it_was_sent_and_once(home: LivingHome) -> None:
    note = {
        "id": f"{FORUM}/n/1",
        "attributedTo": f"{FORUM}/services/letter",
        "content": "<p>Hello <script>x</script><b>you</b></p>",
    }
    activity = {"type": "Create", "to": [home.people["dora"].uri], "object": note}
    request = HomeRequest("POST", "/inbox", {}, json.dumps(activity).encode())
    home.take_delivery(request)
    home.take_delivery(request)
    page = ask(home, "GET", "/@dora")[2]
    assert page.count("@letter") == 1
    assert "<b>you</b>" in page or "<strong>you</strong>" in page
    assert "<script" not in page
    assert "@letter" not in ask(home, "GET", "/@sam")[2]


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b'"x"', b'{"type": "Create"}', b'{"type": "Announce", "object": {}}']
)
def test_junk_in_an_inbox_hurts_nobody(home: LivingHome, body: bytes) -> None:
    home.take_delivery(HomeRequest("POST", "/inbox", {}, body))
    assert home.messages == {}


def test_what_a_companion_boosts_is_shown_to_who_follows_it(home: LivingHome) -> None:
    companion = f"{FORUM}/boards/respite/companion"
    home.note_follow("dora", companion)
    for actor in (companion, f"{FORUM}/boards/respite"):
        activity = {
            "type": "Announce",
            "actor": actor,
            "object": f"{home.base}/users/sam/statuses/1",
            "to": [],
        }
        home.take_delivery(HomeRequest("POST", "/inbox", {}, json.dumps(activity).encode()))
    assert [one.kind for one in home.messages["dora"]] == ["follow", "boost"]
    assert "sam" not in home.messages


def test_a_message_to_the_letter_goes_to_its_inbox_and_to_nobody_else(home: LivingHome) -> None:
    letter = f"{FORUM}/services/letter"
    form = urlencode({"to": letter, "text": "topics <respite>"}).encode()
    assert ask(home, "POST", "/@dora", form, origin=home.base)[0] == 303
    ((inbox, activity),) = home.deliverer.sent  # type: ignore[attr-defined]
    assert inbox == letter + "/inbox"
    assert activity["to"] == activity["object"]["to"] == [letter]
    assert "&lt;respite&gt;" in activity["object"]["content"]
    elsewhere = urlencode({"to": "http://evil.example/x", "text": "hello"}).encode()
    ask(home, "POST", "/@dora", elsewhere, origin=home.base)
    assert len(home.deliverer.sent) == 1  # type: ignore[attr-defined]


def test_what_was_permitted_and_sent_is_there_after_a_restart(home: LivingHome, tmp_path: Path) -> None:
    home.tokens["t"] = ("dora", "profile read write")
    ask(home, "GET", named(way(home), "dora"))
    home.note_follow("dora", f"{FORUM}/boards/respite/companion")
    headers = {"authorization": "Bearer t", "content-type": "application/json"}
    home.answer_api(HomeRequest("POST", "/api/v1/statuses", headers, b'{"status": "hello"}'))
    home.save()
    home.close()
    again = a_home(tmp_path, int(home.base.rpartition(":")[2]))
    again.load()
    try:
        assert (again.tokens, again.statuses, again.messages) == (home.tokens, home.statuses, home.messages)
        assert again.apps.keys() == home.apps.keys()
        assert "/users/dora/statuses/1" in again.documents
    finally:
        again.close()


def test_its_pages_run_no_script_and_name_no_third_party(home: LivingHome) -> None:
    assert "script-src" not in living_home.HTML["Content-Security-Policy"]
    for path in ("/", "/@dora", way(home)):
        page = ask(home, "GET", path)[2]
        assert "<script" not in page
        assert "A <carer>" not in page
