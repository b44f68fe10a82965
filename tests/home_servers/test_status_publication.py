"""A submission at the home server: said once, also where an earlier call said it and nobody heard so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fedconnect.accounts.mastodon_api import HomeAway, HomeClient, HomeRefused
from fedconnect.foundation import clock
from fedconnect.home_servers.status_publication import SubmissionRequest, publish
from fedconnect.models.submission import SubmissionKind
from support.federation_rows import OtherServers
from support.unit import Unit

BASE = "https://home.example"
SAID, PARENT = f"{BASE}/posts/9", "https://far.example/posts/1"
STATUSES = f"{BASE}/api/v1/statuses"
FOUND = f"{BASE}/api/v2/search?q=https%3A%2F%2Ffar.example%2Fposts%2F1&resolve=true&type=statuses&limit=1"


@pytest.fixture
def client(unit: Unit) -> HomeClient:
    return HomeClient(BASE, "token")


def a_request(kind: SubmissionKind = SubmissionKind.START, **values: Any) -> SubmissionRequest:
    known = {
        "id": 1, "reader_id": 2, "board_id": 3, "kind": kind, "fields": {"status": "Hello there"}, "key": "key",
        "about_uri": "", "is_loose": False, "asked_at": clock.now(), "uri": "", "home_post_id": "", "is_sent": False,
    }  # fmt: skip
    return SubmissionRequest(**{**known, **values})


def says(others: OtherServers, body: object = None, status: int = 200) -> None:
    others.say(STATUSES, body if body is not None else {"id": "9", "uri": SAID}, status, "application/json")


def posts(others: OtherServers) -> int:
    return others.asked.count(("POST", STATUSES))


@pytest.mark.parametrize(
    "body",
    [[], "x", {}, {"id": "9"}, {"uri": SAID}, {"id": "", "uri": SAID}, {"id": "9", "uri": "https://far.example/posts/9"},
     {"id": "9", "uri": "javascript:alert(1)"}],
)  # fmt: skip
def test_what_has_no_id_of_its_own_on_that_server_is_no_post(
    client: HomeClient, others: OtherServers, body: object
) -> None:
    says(others, body)
    with pytest.raises(HomeAway):
        publish(client, a_request())


def test_the_forms_own_key_goes_with_it(client: HomeClient, others: OtherServers) -> None:
    says(others)
    assert publish(client, a_request()) == (SAID, "9")
    assert others.sent[-1][1]["Idempotency-Key"] == "key"


@pytest.mark.parametrize(
    "statuses",
    [None, "x", {}, {"statuses": []}, {"statuses": {}}, {"statuses": [None]}, {"statuses": [{"id": ""}]},
     {"statuses": [{"id": "7", "uri": "https://far.example/another"}]}],
)  # fmt: skip
def test_an_answer_to_what_its_server_cannot_find_is_not_said(
    client: HomeClient, others: OtherServers, statuses: object
) -> None:
    others.say(FOUND, statuses, kind="application/json")
    with pytest.raises(HomeRefused, match=r"cannot find|404"):
        publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT))
    assert posts(others) == 0


def test_an_answer_names_what_its_server_found_and_a_loose_one_asks_for_nothing(
    client: HomeClient, others: OtherServers
) -> None:
    others.say(FOUND, {"statuses": [{"id": 7, "uri": PARENT}]}, kind="application/json")
    says(others)
    publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT))
    assert b"in_reply_to_id=7" in (others.sent[-1][2] or b"")
    publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT, is_loose=True))
    assert b"in_reply_to_id" not in (others.sent[-1][2] or b"")


def test_an_edit_changes_the_post_that_is_there_and_makes_none(
    client: HomeClient, others: OtherServers
) -> None:
    others.say(f"{STATUSES}/9", {"id": "9", "uri": SAID}, kind="application/json")
    assert publish(client, a_request(SubmissionKind.EDIT, home_post_id="9")) == (SAID, "9")
    assert [method for method, _ in others.asked] == ["PUT"]


@pytest.mark.parametrize("minutes", [0, 49])
def test_while_the_server_remembers_the_key_nothing_is_looked_for(
    client: HomeClient, others: OtherServers, minutes: int
) -> None:
    says(others)
    publish(client, a_request(asked_at=clock.now() - timedelta(minutes=minutes)))
    assert others.asked == [("POST", STATUSES)]


@pytest.mark.parametrize(
    ("content", "parent", "minutes", "is_found"),
    [
        ("<p>Hello <a href='x'>@respite</a> there</p>", None, 0, True),
        ("<p>Hello there https://x.example/1</p>", None, -1, True),
        ("<p>Hello there, too</p>", None, 0, False),
        ("<p>Hello there</p>", "7", 0, False),
        ("<p>Hello there</p>", None, -3, False),
    ],
)
def test_once_the_key_is_forgotten_what_was_said_before_is_looked_for_first(
    client: HomeClient, others: OtherServers, content: str, parent: str | None, minutes: int, is_found: bool
) -> None:
    says(others)
    asked_at: datetime = clock.now() - timedelta(minutes=51)
    made = (asked_at + timedelta(minutes=minutes)).isoformat()
    earlier = {"id": "9", "uri": SAID, "content": content, "created_at": made, "in_reply_to_id": parent}
    others.say(f"{BASE}/api/v1/accounts/verify_credentials", {"id": "1"}, kind="application/json")
    others.say(f"{BASE}/api/v1/accounts/1/statuses?limit=40", [None, "x", earlier], kind="application/json")
    assert publish(client, a_request(asked_at=asked_at)) == (SAID, "9")
    assert posts(others) == (not is_found)
