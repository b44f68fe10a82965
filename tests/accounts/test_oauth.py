"""OAuth with a home server: our secret goes to its own endpoints, and an answer without a token is none."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from fedconnect.accounts import oauth
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.accounts.oauth import AppForgotten, Token
from fedconnect.foundation import database
from fedconnect.models.home_server import HomeServer, HomeServerApp
from support.account_rows import World, a_home, an_app
from support.unit import Unit

TOKEN = "POST https://home.example/oauth/token"
REVOKE = "POST https://home.example/oauth/revoke"
VERIFIER = "v" * 43


@pytest.fixture
def registered(unit: Unit) -> tuple[HomeServer, HomeServerApp]:
    with database.transaction() as session:
        home = a_home(session)
        return home, an_app(session, home)


def exchange(registered: tuple[HomeServer, HomeServerApp]) -> Token:
    return oauth.exchange(*registered, "profile", "the-code", VERIFIER)


def sent(world: World) -> dict[str, str]:
    (one,) = world.asked
    return {name: values[0] for name, values in parse_qs(one.body.decode()).items()}


def apps() -> int:
    with database.read_transaction() as session:
        return len(session.execute(select(HomeServerApp.id)).all())


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (200, {}), (200, {"access_token": ""}), (200, {"access_token": 7}), (200, {"access_token": "x" * 4001}), (200, ["t"]),
        (200, b"<h1>Hello</h1>"), (200, b""), (500, {"access_token": "t"}), (503, b"Busy"), (302, {}),
    ],
)  # fmt: skip
def test_an_answer_without_a_token_is_a_home_that_is_away(
    registered: tuple[HomeServer, HomeServerApp], world: World, status: int, document: Any
) -> None:
    world.says(TOKEN, document, status, location="https://evil.example/token")
    with pytest.raises(HomeAway):
        exchange(registered)
    assert {one.url for one in world.asked} == {TOKEN.partition(" ")[2]}, "nobody else gets the code"
    assert len(world.asked) == (2 if status >= 500 else 1)
    assert apps() == 1


def test_a_home_that_is_silent_is_away(registered: tuple[HomeServer, HomeServerApp], world: World) -> None:
    world.fails(TOKEN)
    with pytest.raises(HomeAway) as told:
        exchange(registered)
    assert "you can take it back there" in str(told.value.sentence), "it may have given one all the same"


@pytest.mark.parametrize("status", [None, 500, 503])
def test_where_a_request_was_lost_the_same_code_is_good_a_second_time(
    registered: tuple[HomeServer, HomeServerApp], world: World, status: int | None
) -> None:
    world.loses(TOKEN, status)
    world.says(TOKEN, {"access_token": "t", "token_type": "Bearer", "scope": "profile"})
    assert exchange(registered) == Token("t", "profile")
    first, second = (parse_qs(one.body.decode()) for one in world.asked)
    assert first == second


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request"])
def test_where_an_answer_was_lost_with_its_token_the_reader_is_told_what_may_be_left_at_home(
    registered: tuple[HomeServer, HomeServerApp], world: World, error: str
) -> None:
    """GoToSocial and Hollo: a code is good once, and what was given for it stays."""
    world.loses(TOKEN)
    world.says(TOKEN, {"error": error, "error_description": "could not get access token"}, 400)
    with pytest.raises(HomeAway) as told:
        exchange(registered)
    assert "you can take it back there" in str(told.value.sentence)
    assert apps() == 1


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_registration_that_its_server_forgot_is_dropped(
    registered: tuple[HomeServer, HomeServerApp], world: World, error: str
) -> None:
    world.says(TOKEN, {"error": error}, 401)
    with pytest.raises(AppForgotten):
        exchange(registered)
    assert apps() == 0


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "access_denied"])
def test_a_code_that_is_not_taken_costs_no_registration(
    registered: tuple[HomeServer, HomeServerApp], world: World, error: str
) -> None:
    world.says(TOKEN, {"error": error}, 400)
    with pytest.raises(HomeRefused):
        exchange(registered)
    assert apps() == 1


@pytest.mark.parametrize(
    ("told", "scopes"),
    [("read write", "read write"), ("", "profile"), (None, "profile"), (["read"], "profile")],
)
def test_a_token_is_good_for_what_its_server_says_or_else_for_what_was_asked(
    registered: tuple[HomeServer, HomeServerApp], world: World, told: object, scopes: str
) -> None:
    world.says(TOKEN, {"access_token": "t", "token_type": "Bearer", "scope": told})
    assert exchange(registered) == Token("t", scopes)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(7200, 7200), ("7200", 7200), (10**12, 315_360_000), (0, None), (-5, None), (True, None), ([1], None), ("²", None), ("soon", None),
     (1.5, None), (None, None), ("9" * 30, 315_360_000), ({}, None)],
)  # fmt: skip
def test_when_a_token_ends_is_a_number_of_seconds_or_not_known(
    registered: tuple[HomeServer, HomeServerApp], world: World, told: object, seconds: int | None
) -> None:
    world.says(TOKEN, {"access_token": "t", "token_type": "Bearer", "expires_in": told, "expires_at": [1]})
    assert exchange(registered).ends_in_s == seconds


@pytest.mark.parametrize(
    ("told", "refresh"), [("r", "r"), ("", ""), (7, ""), (["r"], ""), ("x" * 4001, ""), (None, "")]
)
def test_what_is_good_for_the_next_token_is_a_short_text_or_nothing(
    registered: tuple[HomeServer, HomeServerApp], world: World, told: object, refresh: str
) -> None:
    world.says(TOKEN, {"access_token": "t", "token_type": "Bearer", "refresh_token": told})
    assert exchange(registered).refresh == refresh


def test_the_code_goes_with_its_verifier_and_our_secret_in_the_body(
    registered: tuple[HomeServer, HomeServerApp], world: World
) -> None:
    world.says(TOKEN, {"access_token": "t", "token_type": "Bearer"})
    exchange(registered)
    assert sent(world) == {
        "grant_type": "authorization_code", "code": "the-code", "code_verifier": VERIFIER, "client_id": "client",
        "client_secret": "hush", "redirect_uri": "https://forum.example/sign-in/back",
    }  # fmt: skip
    assert "Authorization" not in world.asked[0].headers


def test_where_a_reader_permits_it_neither_verifier_nor_secret_are_seen(
    registered: tuple[HomeServer, HomeServerApp],
) -> None:
    url = oauth.authorize_url(*registered, "read:accounts write:statuses", "the-state", VERIFIER)
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://home.example/oauth/authorize?")
    assert VERIFIER not in url
    assert "hush" not in url
    assert query["state"] == ["the-state"]
    assert query["scope"] == ["read:accounts write:statuses"]
    assert (query["code_challenge_method"], query["response_type"]) == (["S256"], ["code"])
    assert query["redirect_uri"] == ["https://forum.example/sign-in/back"]


@pytest.mark.parametrize(
    ("status", "is_revoked"),
    [(200, True), (204, True), (302, False), (400, False), (403, False), (503, False)],
)
def test_a_token_is_given_back_when_its_server_says_so(
    registered: tuple[HomeServer, HomeServerApp], world: World, status: int, is_revoked: bool
) -> None:
    world.says(REVOKE, {}, status)
    assert oauth.revoke(*registered, "t") is is_revoked
    assert sent(world)["token"] == "t"


def test_a_token_is_not_given_back_to_whoever_is_silent(
    registered: tuple[HomeServer, HomeServerApp], world: World
) -> None:
    world.fails(REVOKE)
    assert oauth.revoke(*registered, "t") is False


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (422, b'{"error": "invalid_grant", "error_description": "The code has run out."}', "application/json", "The code has run out."),
        (422, b'{"errors": {"code": ["no"]}}', "application/json", "did not give us what you permitted"),
        (422, b"<h1>No</h1>", "text/html", "did not give us what you permitted"),
        (500, b"{}", "application/json", "did not give us what you permitted"),
        (302, b"", "text/html", "did not give us what you permitted"),
    ],
)  # fmt: skip
def test_a_token_that_does_not_come_is_told_as_what_it_is(
    registered: tuple[HomeServer, HomeServerApp], world: World, status: int, body: bytes, kind: str, told: str
) -> None:
    world.says(TOKEN, body, status, **{"content-type": kind})
    with pytest.raises((HomeAway, HomeRefused)) as refused:
        exchange(registered)
    assert told in str(refused.value.sentence)
    assert "does not answer just now" not in str(refused.value.sentence)
