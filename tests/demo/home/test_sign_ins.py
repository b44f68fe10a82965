"""The home's door: what a client that lies, or comes twice, is refused; and what a good one gets."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from fedconnect.demo.home.demo_home import DemoHome
from fedconnect.demo.home.document_server import HomeRequest

BACK = "https://forum.example/sign-in/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def home() -> Iterator[DemoHome]:
    made = DemoHome("127.0.0.7")
    made.resident("dora")
    yield made
    made.close()


def ask(home: DemoHome, path: str, **fields: str) -> tuple[int, Any]:
    import json

    body = urlencode(fields).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = home.answer_api(HomeRequest("POST", path, kind, body))
    assert answer is not None
    return answer[0], json.loads(answer[2])


def registered(home: DemoHome, scopes: str = "profile write:statuses") -> dict[str, str]:
    wanted = {"client_name": "x", "website": "y", "redirect_uris": BACK, "scopes": scopes}
    status, made = ask(home, "/api/v1/apps", **wanted)
    assert status == 200
    return {"client_id": made["client_id"], "client_secret": made["client_secret"]}


def way(home: DemoHome, app: dict[str, str], **changes: str) -> str:
    query = {
        "client_id": app["client_id"], "redirect_uri": BACK, "response_type": "code", "scope": "profile",
        "state": "s", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{home.base}/oauth/authorize?" + urlencode({**query, **changes})


def code_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["code"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"scope": "profile admin:read"},
    ],
)
def test_whoever_asks_for_something_else_than_was_registered_is_refused(
    home: DemoHome, change: dict[str, str]
) -> None:
    app = registered(home)
    assert home.refusal(dict(pair.split("=") for pair in [])) == "unknown client"
    with pytest.raises(AssertionError):
        home.confirm(way(home, app, **change), "dora")
    assert home.codes == {}


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "guessed"},
        {"code": "guessed"},
        {"redirect_uri": "https://evil.example/"},
        {"code_verifier": "w" * 43},
    ],
)
def test_a_code_is_worth_nothing_without_all_that_goes_with_it(
    home: DemoHome, change: dict[str, str]
) -> None:
    app = registered(home)
    fields = {
        "grant_type": "authorization_code", "code": code_of(home.confirm(way(home, app), "dora")),
        "redirect_uri": BACK, "code_verifier": VERIFIER, **app,
    }  # fmt: skip
    status, _ = ask(home, "/oauth/token", **{**fields, **change})
    assert status in {400, 401}
    assert home.tokens == {}


def test_a_code_gives_one_token_and_a_second_time_none(home: DemoHome) -> None:
    app = registered(home)
    fields = {
        "grant_type": "authorization_code", "code": code_of(home.confirm(way(home, app), "dora")),
        "redirect_uri": BACK, "code_verifier": VERIFIER, **app,
    }  # fmt: skip
    status, given = ask(home, "/oauth/token", **fields)
    assert status == 200
    assert home.tokens[given["access_token"]] == ("dora", "profile")
    assert ask(home, "/oauth/token", **fields)[0] == 400


def test_a_token_that_is_given_back_opens_nothing_more(home: DemoHome) -> None:
    app = registered(home)
    home.tokens["t"] = ("dora", "profile")
    assert ask(home, "/oauth/revoke", token="t", client_id=app["client_id"], client_secret="no")[0] == 403
    assert "t" in home.tokens
    assert ask(home, "/oauth/revoke", token="t", **app)[0] == 200
    assert home.tokens == {}


def test_who_says_no_comes_back_without_a_code(home: DemoHome) -> None:
    back = home.confirm(way(home, registered(home)), "dora", deny=True)
    assert "error=access_denied" in back
    assert home.codes == {}
