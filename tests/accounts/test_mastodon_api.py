"""One request to a home server, one answer: what counts as silence, as a no, as a dead permission, and as nothing."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.accounts.mastodon_api import HomeAway, HomeClient, HomeRefused, PermissionGone, text
from fedconnect.foundation.errors import AddressRefused
from support.account_rows import World

BASE = "https://home.example"
LIST = f"GET {BASE}/api/v1/mutes"


@pytest.fixture
def client() -> HomeClient:
    return HomeClient(BASE, "secret-token")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, HomeAway), (307, HomeAway), (399, HomeAway), (400, HomeRefused), (401, PermissionGone), (403, PermissionGone),
        (404, HomeRefused), (422, HomeRefused), (429, HomeAway), (499, HomeRefused), (500, HomeAway), (503, HomeAway),
    ],
)  # fmt: skip
def test_silence_a_no_and_a_dead_permission_are_told_apart(
    world: World, client: HomeClient, status: int, error: type[Exception]
) -> None:
    world.says(LIST, {"error": "Nope"}, status, location="https://evil.example/")
    with pytest.raises(error):
        client.get("/api/v1/mutes")
    assert world.of("GET") == [f"{BASE}/api/v1/mutes"], "no redirect is followed with a token"


@pytest.mark.parametrize(("status", "is_dead"), [(401, True), (403, False)])
def test_a_token_that_allows_less_is_not_dead(
    world: World, client: HomeClient, status: int, is_dead: bool
) -> None:
    world.says(LIST, {}, status)
    with pytest.raises(PermissionGone) as gone:
        client.get("/api/v1/mutes")
    assert gone.value.is_dead is is_dead


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<h1>Hello</h1>"), ("", b"{}"), ("text/plain", b"{}"), ("application/json", b"{"),
        ("application/json", b""), ("application/json", b'{"a": 1, "a": 2}'), ("application/json", b"\xff"),
        ("application/json", b"[" * 50 + b"]" * 50), ("application/jsonx", b"{}"),
    ],
)  # fmt: skip
def test_what_is_no_acceptable_json_is_no_answer(
    world: World, client: HomeClient, kind: str, body: bytes
) -> None:
    world.says(LIST, body, **{"content-type": kind})
    with pytest.raises(HomeAway):
        client.get("/api/v1/mutes")


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/activity+json"]
)
def test_json_by_any_of_its_names_is_an_answer(world: World, client: HomeClient, kind: str) -> None:
    world.says(LIST, ["a"], **{"content-type": kind})
    assert client.get("/api/v1/mutes") == ["a"]


def test_an_address_that_may_not_be_reached_is_a_home_that_is_away(world: World, client: HomeClient) -> None:
    world.fails(LIST, AddressRefused("private"))
    with pytest.raises(HomeAway) as away:
        client.get("/api/v1/mutes")
    assert "home.example" in away.value.safe
    assert "private" not in away.value.safe


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "Text\u202e is\n<b>too</b> long"}, "Text is <b>too</b> long"), ({"error": "x" * 999}, "x" * 200),
        ({"error": {"a": 1}}, ""), ({"error": None}, ""), ([], ""), ({}, ""),
    ],
)  # fmt: skip
def test_what_a_server_writes_into_an_error_is_one_short_line(
    world: World, client: HomeClient, body: Any, reason: str
) -> None:
    world.says(LIST, body, 422)
    with pytest.raises(HomeRefused) as refused:
        client.get("/api/v1/mutes")
    assert (refused.value.response_status, refused.value.reason) == (422, reason)


def test_an_error_as_a_page_says_nothing(world: World, client: HomeClient) -> None:
    with pytest.raises(HomeRefused) as refused:
        client.get("/api/v1/mutes")
    assert (refused.value.response_status, refused.value.reason) == (404, "")


def test_without_a_token_none_is_sent(world: World) -> None:
    world.says(LIST, [])
    HomeClient(BASE).get("/api/v1/mutes")
    HomeClient(BASE, "secret-token").get("/api/v1/mutes")
    assert [one.headers.get("Authorization") for one in world.asked] == [None, "Bearer secret-token"]


def next_is(where: str) -> dict[str, str]:
    return {"link": f'<{BASE}/before>; rel="prev", <{where}>; rel="next"'}


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/api",
        "https://home.example.evil.example/api",
        "http://home.example/api",
        BASE,
        "/api",
    ],
)
def test_a_list_never_goes_on_at_another_server(world: World, client: HomeClient, where: str) -> None:
    world.says(LIST, ["a"], **next_is(where))
    assert client.get_pages("/api/v1/mutes") == ["a"]
    assert len(world.asked) == 1


def test_a_list_goes_on_as_far_as_its_server_says(world: World, client: HomeClient) -> None:
    world.says(LIST, ["a", "b"], **next_is(f"{BASE}/page/2?max_id=9"))
    world.says(f"GET {BASE}/page/2", ["c"])
    assert client.get_pages("/api/v1/mutes") == ["a", "b", "c"]
    assert world.of("GET") == [f"{BASE}/api/v1/mutes?limit=80", f"{BASE}/page/2?max_id=9"]


def test_a_list_without_an_end_is_followed_so_far(world: World, client: HomeClient) -> None:
    world.says(LIST, ["a"], **next_is(f"{BASE}/api/v1/mutes?limit=80"))
    assert client.get_pages("/api/v1/mutes") == ["a"] * 25
    assert client.get_pages("/api/v1/mutes", most=3) == ["a"] * 3


def test_a_page_that_is_no_list_adds_nothing(world: World, client: HomeClient) -> None:
    world.says(LIST, {"error": "what"}, **next_is(f"{BASE}/page/2"))
    world.says(f"GET {BASE}/page/2", ["c"])
    assert client.get_pages("/api/v1/mutes") == ["c"]


def test_a_page_that_fails_fails_the_list(world: World, client: HomeClient) -> None:
    world.says(LIST, ["a"], **next_is(f"{BASE}/page/2"))
    world.fails(f"GET {BASE}/page/2")
    with pytest.raises(HomeAway):
        client.get_pages("/api/v1/mutes")


def test_a_document_is_sent_as_json_and_a_key_only_where_there_is_one(
    world: World, client: HomeClient
) -> None:
    world.says(f"POST {BASE}/api/v1/statuses", {"id": "7"})
    document = {"status": "a b&c", "media_ids": ["1", "2"], "poll": {"options": ["ä"]}}
    assert client.post("/api/v1/statuses", document, idempotency_key="k") == {"id": "7"}
    client.post("/api/v1/statuses")
    first, second = world.asked
    assert first.body == (b'{"status":"a b&c","media_ids":["1","2"],"poll":{"options":["\xc3\xa4"]}}')
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Idempotency-Key"] == "k"
    assert "Idempotency-Key" not in second.headers
    assert second.body == b""


def test_each_verb_is_its_own(world: World, client: HomeClient) -> None:
    for verb in ("PUT", "DELETE", "POST"):
        world.says(f"{verb} {BASE}/x", {"verb": verb})
    assert client.put("/x", {"a": "1"}) == {"verb": "PUT"}
    assert client.delete("/x") == {"verb": "DELETE"}
    assert client.post("/x", {"a": 1}) == {"verb": "POST"}
    client.post_form("/x", {"a": "1&2"})
    assert [one.body for one in world.asked] == [b'{"a":"1"}', b"", b'{"a":1}', b"a=1%262"]


def test_a_file_goes_with_its_fields_in_parts(world: World, client: HomeClient) -> None:
    world.says(f"POST {BASE}/api/v2/media", {"id": "7"})
    client.upload("/api/v2/media", "p.webp", "image/webp", b"\x00raw", {"description": "A cat"})
    (sent,) = world.asked
    boundary = sent.headers["Content-Type"].partition("boundary=")[2].encode()
    parts = sent.body.split(b"--" + boundary)
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    assert parts[1].endswith(b'name="description"\r\n\r\nA cat\r\n')
    assert b'filename="p.webp"\r\nContent-Type: image/webp\r\n\r\n\x00raw\r\n' in parts[2]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"a": "x"}, "x"), ({"a": "x" * 400}, "x" * 400), ({"a": "x" * 401}, ""), ({"a": 7}, "7"), ({"a": True}, ""),
        ({"a": None}, ""), ({"a": ["x"]}, ""), ({}, ""), ([], ""), (None, ""), ("a", ""),
    ],
)  # fmt: skip
def test_a_field_that_is_no_text_is_none(document: Any, found: str) -> None:
    assert text(document, "a") == found
