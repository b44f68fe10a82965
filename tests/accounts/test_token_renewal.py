"""Tokens that end: renewed once whoever wants to use them, asked for anew where their server says no, never lost in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.accounts import grants, held_tokens, token_renewal, unkept_tokens
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeFault, PermissionGone
from fedconnect.accounts.oauth_scopes import Permission, scopes_for
from fedconnect.foundation import database, fetch, sealing
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.reader import Grant, Reader, ReaderSession
from support.account_rows import World, a_grant, a_home, a_home_reader, a_session, an_app
from support.unit import Unit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WRITE = " ".join(scopes_for([Permission.SIGN_IN, Permission.WRITE]))
TOKEN = "POST https://home.example/oauth/token"
REVOKE = "POST https://home.example/oauth/revoke"
MUTES = "GET https://home.example/api/v1/mutes"
ME = "GET https://home.example/api/v1/accounts/verify_credentials"
FRESH = {"access_token": "second", "token_type": "Bearer", "expires_in": 7200, "refresh_token": "refresh-2"}


@pytest.fixture(autouse=True)
def moment() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(unit: Unit, world: World) -> Reader:
    """Somebody whose token ends in half a minute, and can be renewed."""
    with database.transaction() as session:
        home = a_home(session)
        found, app = a_home_reader(session, home=home), an_app(session, home)
        a_grant(session, found, WRITE, "first", app_id=app.id, ends_at=NOW + timedelta(seconds=30),
                refresh_sealed=sealing.seal(b"refresh-1", f"grant {found.id} refresh"))  # fmt: skip
    world.says(MUTES, [])
    return found


def grant() -> Grant:
    with database.read_transaction() as session:
        return session.scalars(select(Grant)).one()


def change(**values: Any) -> None:
    with database.transaction() as session:
        for name, value in values.items():
            setattr(session.scalars(select(Grant)).one(), name, value)


def pair() -> tuple[str, str]:
    held = grant()
    return held_tokens.token_of(held), held_tokens.refresh_token_of(held)


def bearers(world: World) -> list[str]:
    return [one.headers["Authorization"] for one in world.asked if one.method == "GET"]


def use(reader: Reader) -> Any:
    return grants.client_for(reader.id, Permission.WRITE).get("/api/v1/mutes")


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client", "The refresh token is invalid"])
def test_where_the_server_says_no_the_reader_is_asked_anew_and_nothing_is_sent(
    reader: Reader, world: World, error: str
) -> None:
    world.says(TOKEN, {"error": error}, 400)
    with pytest.raises(PermissionGone) as gone:
        use(reader)
    assert gone.value.is_dead
    assert bearers(world) == []
    held = grant()
    assert (held.ended_at, held.token_sealed, held.refresh_sealed) == (NOW, "", "")
    with pytest.raises(PermissionNeeded):
        grants.client_for(reader.id, Permission.WRITE)


@pytest.mark.parametrize(("status", "answer"), [(503, b"Busy"), (429, {"error": "Too many requests"}), (200, b"<h1>"), (200, {})])  # fmt: skip
def test_a_server_that_gives_no_answer_costs_nothing_and_is_asked_again(
    reader: Reader, world: World, status: int, answer: Any
) -> None:
    world.says(TOKEN, answer, status)
    with pytest.raises(HomeAway):
        use(reader)
    assert pair() == ("first", "refresh-1")
    assert (grant().ended_at, grant().renewing_until) == (None, None)
    world.says(TOKEN, FRESH)
    assert use(reader) == []


def test_a_token_is_renewed_before_it_ends_and_both_are_kept_sealed(reader: Reader, world: World) -> None:
    world.says(TOKEN, FRESH)
    assert use(reader) == []
    assert pair() == ("second", "refresh-2")
    held = grant()
    assert held.ends_at == NOW + timedelta(hours=2)
    assert "second" not in held.token_sealed
    assert "refresh-2" not in held.refresh_sealed
    assert bearers(world) == ["Bearer second"]
    sent = {name: values[0] for name, values in parse_qs(world.asked[0].body.decode()).items()}
    assert sent == {
        "grant_type": "refresh_token", "refresh_token": "refresh-1", "client_id": "client", "client_secret": "hush",
    }  # fmt: skip
    use(reader)
    assert len(world.of("POST")) == 1


def test_a_server_that_gives_no_new_refresh_token_means_the_old_one(reader: Reader, world: World) -> None:
    world.says(TOKEN, {"access_token": "second", "token_type": "Bearer"})
    use(reader)
    assert pair() == ("second", "refresh-1")
    assert grant().ends_at is None


@pytest.mark.parametrize(
    "values", [{"ends_at": None}, {"ends_at": NOW + timedelta(seconds=61)}, {"refresh_sealed": ""}]
)
def test_a_token_that_does_not_end_soon_or_cannot_be_renewed_is_used_as_it_is(
    reader: Reader, world: World, values: dict[str, Any]
) -> None:
    change(**values)
    use(reader)
    assert bearers(world) == ["Bearer first"]
    assert world.of("POST") == []


class Refusing:
    """A home that takes one token alone, and says 401 to the others; each renewal gives the next."""

    def __init__(self, takes: str) -> None:
        self.takes = takes
        self.asked: list[str] = []
        self.renewals: list[str] = []
        self.slow = threading.Event()
        self.is_slow = False

    def send(
        self, method: str, url: str, body: bytes | None = None, *, headers: Any, total_s: float
    ) -> HttpResponse:
        assert not database.is_open()
        kind = {"content-type": "application/json"}
        if url.endswith("/oauth/token"):
            self.renewals.append(parse_qs((body or b"").decode())["refresh_token"][0])
            if self.is_slow:
                self.slow.wait(2)
            if self.renewals.count(self.renewals[-1]) > 1:
                return HttpResponse(400, kind, b'{"error": "invalid_grant"}', url)
            return HttpResponse(200, kind, json.dumps(FRESH).encode(), url)
        self.asked.append(f"{method} {headers['Authorization']} {(body or b'').decode()}")
        is_taken = headers["Authorization"] == f"Bearer {self.takes}"
        return HttpResponse(200 if is_taken else 401, kind, b"{}", url)


def test_what_is_refused_before_its_time_is_renewed_and_said_once_more(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Refusing("second")
    monkeypatch.setattr(fetch, "send", home.send)
    change(ends_at=None)
    client = grants.client_for(reader.id, Permission.WRITE)
    client.post("/api/v1/statuses", {"status": "Hello"}, idempotency_key="k")
    client.get("/api/v1/mutes")
    assert home.asked == [
        'POST Bearer first {"status":"Hello"}', 'POST Bearer second {"status":"Hello"}', "GET Bearer second ",
    ]  # fmt: skip
    assert home.renewals == ["refresh-1"]


def test_a_server_that_refuses_every_token_is_asked_twice_and_no_more(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Refusing("none")
    monkeypatch.setattr(fetch, "send", home.send)
    change(ends_at=None)
    with pytest.raises(PermissionGone):
        use(reader)
    assert len(home.asked) == 2
    assert home.renewals == ["refresh-1"]


def test_many_at_once_use_a_refresh_token_once_and_all_have_what_came_of_it(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Refusing("second")
    home.is_slow = True
    monkeypatch.setattr(fetch, "send", home.send)
    threading.Timer(0.5, home.slow.set).start()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: use(reader), range(4)))
    assert results == [{}] * 4
    assert home.renewals == ["refresh-1"]
    assert {line.split()[2] for line in home.asked} == {"second"}


def test_whoever_waits_too_long_for_another_tries_later(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_renewal, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(token_renewal, "_LOOK_S", 0.0)
    with database.transaction() as session:
        now = database.database_now(session)
    change(renewing_until=now + timedelta(seconds=30))
    with pytest.raises(HomeAway):
        use(reader)
    assert pair() == ("first", "refresh-1")


def test_a_claim_of_a_process_that_died_ends(reader: Reader, world: World) -> None:
    world.says(TOKEN, FRESH)
    with database.transaction() as session:
        now = database.database_now(session)
    change(renewing_until=now - timedelta(seconds=1))
    use(reader)
    assert pair() == ("second", "refresh-2")


def test_whoever_signs_out_meanwhile_has_the_new_tokens_given_back(
    reader: Reader, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.says(TOKEN, FRESH)
    world.says(REVOKE, {})
    send = fetch.send

    def leave(method: str, url: str, *rest: Any, **more: Any) -> HttpResponse:
        if url.endswith("/oauth/token"):
            grants.withdraw(reader.id)
        return send(method, url, *rest, **more)

    monkeypatch.setattr(fetch, "send", leave)
    with pytest.raises(PermissionGone):
        use(reader)
    revoked = [parse_qs(one.body.decode())["token"][0] for one in world.asked if one.url.endswith("/revoke")]
    assert revoked == ["refresh-2", "second"]
    assert grant().ended_at == NOW


def test_signing_out_gives_both_back_and_tries_again_until_both_are(reader: Reader, world: World) -> None:
    grants.withdraw(reader.id)
    world.says(REVOKE, {}, 503)
    grants.give_back_all(reader.id)
    assert (grant().token_sealed != "", grant().refresh_sealed != "") == (True, True)
    world.says(REVOKE, {})
    world.asked.clear()
    grants.give_back_all(reader.id)
    assert [parse_qs(one.body.decode())["token"][0] for one in world.asked] == ["first", "refresh-1"]
    assert (grant().token_sealed, grant().refresh_sealed) == ("", "")


def test_a_sign_in_that_fails_gives_both_back(reader: Reader, world: World) -> None:
    world.says(REVOKE, {})
    with database.read_transaction() as session:
        app = session.scalars(select(HomeServerApp)).one()
        home = session.get_one(HomeServer, app.home_id)
    unkept_tokens.give_back(home, app, "new", "new-refresh")
    assert [parse_qs(one.body.decode())["token"][0] for one in world.asked] == ["new-refresh", "new"]


@pytest.mark.parametrize("days", [2, 400])
def test_the_daily_check_renews_what_has_ended_and_signs_nobody_out(
    reader: Reader, world: World, moment: Any, days: int
) -> None:
    with database.transaction() as session:
        a_session(session, session.get_one(Reader, reader.id))
    moment.shift(timedelta(days=days))
    world.says(TOKEN, FRESH)
    world.says(ME, {"username": "ana"})
    assert grants.check_next()
    assert bearers(world) == ["Bearer second"]
    with database.read_transaction() as session:
        assert session.scalars(select(ReaderSession)).all() != []


def test_the_daily_check_signs_out_whoever_may_not_renew(reader: Reader, world: World, moment: Any) -> None:
    with database.transaction() as session:
        a_session(session, session.get_one(Reader, reader.id))
    moment.shift(timedelta(days=2))
    world.says(TOKEN, {"error": "invalid_grant"}, 400)
    assert grants.check_next()
    with database.read_transaction() as session:
        assert session.scalars(select(ReaderSession)).all() == []


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "slow_down"])
def test_a_fault_that_passes_ends_nobodys_permission(reader: Reader, world: World, error: str) -> None:
    world.says(TOKEN, {"error": error}, 400)
    with pytest.raises(HomeFault):
        use(reader)
    held = grant()
    assert (held.ended_at, held.refresh_sealed != "") == (None, True)


def test_a_home_with_a_fault_is_told_as_one(reader: Reader, world: World) -> None:
    world.says(TOKEN, {}, 500)
    with pytest.raises(HomeFault):
        use(reader)
