"""The client API: a token opens what it was given for and nothing else, and a post is written once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fedconnect.demo.home.demo_home import DemoHome
from fedconnect.demo.home.document_server import HomeRequest

FORUM = "https://forum.example"


@pytest.fixture
def home() -> Iterator[DemoHome]:
    made = DemoHome("127.0.0.7", forum=FORUM)
    for name in ("dora", "sam"):
        made.resident(name)
        made.tokens[f"{name}-all"] = (name, "profile read write")
        made.tokens[f"{name}-self"] = (name, "profile")
    yield made
    made.close()


def ask(home: DemoHome, token: str, method: str, path: str, key: str = "", **fields: Any) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "idempotency-key": key}
    answer = home.answer_api(HomeRequest(method, path, headers, json.dumps(fields).encode()))
    assert answer is not None
    return answer[0], json.loads(answer[2])


@pytest.mark.parametrize(("token", "status"), [("", 401), ("guessed", 401), ("dora-self", 403)])
def test_nobody_writes_without_a_token_for_that(home: DemoHome, token: str, status: int) -> None:
    assert ask(home, token, "POST", "/api/v1/statuses", status="hello")[0] == status
    assert home.statuses == {}


def test_a_token_says_whose_it_is(home: DemoHome) -> None:
    _, account = ask(home, "sam-self", "GET", "/api/v1/accounts/verify_credentials")
    assert (account["username"], account["uri"]) == ("sam", f"{home.base}/users/sam")


def test_a_post_is_written_once_for_one_key_and_names_its_board(home: DemoHome) -> None:
    text = "Who helps?\n@respite@forum.example"
    first = ask(home, "dora-all", "POST", "/api/v1/statuses", "k", status=text)[1]
    assert ask(home, "dora-all", "POST", "/api/v1/statuses", "k", status=text)[1] == first
    assert len(home.statuses) == 1
    note = home.documents[first["uri"].removeprefix(home.base)]
    assert f"{FORUM}/boards/respite" in note["cc"]


def test_two_people_share_no_number(home: DemoHome) -> None:
    first = ask(home, "dora-all", "POST", "/api/v1/statuses", "a", status="one")[1]
    second = ask(home, "sam-all", "POST", "/api/v1/statuses", "a", status="two")[1]
    assert first["id"] != second["id"]
    assert home.statuses[first["id"]]["text"] == "one"


def test_a_hashtag_is_one_in_the_note_too(home: DemoHome) -> None:
    uri = ask(home, "dora-all", "POST", "/api/v1/statuses", status="Grants #funding <b>")[1]["uri"]
    note = home.documents[uri.removeprefix(home.base)]
    assert {"type": "Hashtag", "href": f"{home.base}/tags/funding", "name": "#funding"} in note["tag"]
    assert "&lt;b&gt;" in note["content"]


def test_an_edit_changes_the_note_and_a_deletion_ends_it(home: DemoHome) -> None:
    made = ask(home, "dora-all", "POST", "/api/v1/statuses", status="one")[1]
    ask(home, "dora-all", "PUT", f"/api/v1/statuses/{made['id']}", status="two")
    assert "two" in home.documents[made["uri"].removeprefix(home.base)]["content"]
    assert ask(home, "dora-all", "DELETE", f"/api/v1/statuses/{made['id']}")[0] == 200
    assert home.special[made["uri"].removeprefix(home.base)][0] == 410


def test_what_it_does_not_know_is_not_found(home: DemoHome) -> None:
    assert ask(home, "dora-all", "GET", "/api/v1/trends")[0] == 404
    assert home.answer_api(HomeRequest("GET", "/users/dora", {}, b"")) is None
