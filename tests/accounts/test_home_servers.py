"""Home servers: what they say of themselves counts for their own host, and is asked seldom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.accounts import home_servers
from fedconnect.accounts.home_servers import NoSignIn
from fedconnect.accounts.mastodon_api import HomeAway, HomeFault, HomeRefused
from fedconnect.accounts.typed_addresses import Address
from fedconnect.activitypub import remote_nodeinfo
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, NotPermitted
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.instance import Instance, Policy
from support.account_rows import World, a_home, an_app
from support.unit import Unit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
BASE = "https://home.example"
METADATA = f"GET {BASE}/.well-known/oauth-authorization-server"
APPS = f"POST {BASE}/api/v1/apps"
OWN = {
    "issuer": BASE, "authorization_endpoint": f"{BASE}/a", "token_endpoint": f"{BASE}/t",
    "revocation_endpoint": f"{BASE}/r", "app_registration_endpoint": f"{BASE}/apps", "scopes_supported": ["read", "profile"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What software every server says it runs; may be changed."""
    names = ["mastodon"]
    monkeypatch.setattr(remote_nodeinfo, "fetch_software", lambda base: names[-1])
    return names


def a_home_asked(before: timedelta, **values: Any) -> HomeServer:
    with database.transaction() as session:
        return a_home(session, asked_at=NOW - before, **values)


def homes() -> list[HomeServer]:
    with database.read_transaction() as session:
        return list(session.execute(select(HomeServer)).scalars())


def test_a_blocked_server_is_not_asked_even_where_it_is_known(unit: Unit, world: World) -> None:
    a_home_asked(timedelta(0))
    with database.transaction() as session:
        session.add(Instance(host="home.example", policy=Policy.BLOCKED))
    with pytest.raises(NotPermitted):
        home_servers.ensure_home_server("home.example")
    assert world.asked == []


@pytest.mark.parametrize(
    ("before", "is_asked"), [(timedelta(days=1) - A_SECOND, False), (timedelta(days=1), True)]
)
def test_a_server_is_asked_once_a_day(unit: Unit, world: World, before: timedelta, is_asked: bool) -> None:
    world.says(METADATA, OWN)
    a_home_asked(before)
    found = home_servers.ensure_home_server("home.example")
    assert bool(world.asked) is is_asked
    assert (found.token_url == f"{BASE}/t") is is_asked
    assert len(homes()) == 1


def test_what_a_server_names_on_its_own_host_is_used(unit: Unit, world: World) -> None:
    world.says(METADATA, OWN)
    found = home_servers.ensure_home_server("home.example")
    assert (found.authorize_url, found.token_url, found.revoke_url, found.register_url) == (
        f"{BASE}/a", f"{BASE}/t", f"{BASE}/r", f"{BASE}/apps",
    )  # fmt: skip
    assert (found.scopes_offered, found.software) == ("read profile", "mastodon")


@pytest.mark.parametrize("document", [["x"], {"app_registration_endpoint": f"{BASE}/api/v1/apps"}])
def test_what_a_server_does_not_name_is_where_mastodon_has_it(
    unit: Unit, world: World, document: Any
) -> None:
    world.says(METADATA, document)
    found = home_servers.ensure_home_server("home.example")
    assert (found.authorize_url, found.token_url) == (f"{BASE}/oauth/authorize", f"{BASE}/oauth/token")
    assert (found.revoke_url, found.register_url) == (f"{BASE}/oauth/revoke", f"{BASE}/api/v1/apps")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"}, {"issuer": f"{BASE}.evil.example"}, {"issuer": 7},
        {"token_endpoint": "https://evil.example/t"}, {"token_endpoint": "http://home.example/t"},
        {"token_endpoint": "https://home.example:8443/t"}, {"token_endpoint": "/t"}, {"token_endpoint": None},
        {"authorization_endpoint": f"{BASE}/a?next=https://evil.example"}, {"app_registration_endpoint": ["x"]},
        {"revocation_endpoint": "https://home.example@evil.example/r"},
    ],
)  # fmt: skip
def test_an_endpoint_or_an_issuer_elsewhere_is_no_sign_in(
    unit: Unit, world: World, changes: dict[str, Any]
) -> None:
    world.says(METADATA, {**OWN, **changes})
    with pytest.raises(HomeAway):
        home_servers.ensure_home_server("home.example")
    assert homes() == []


@pytest.mark.parametrize("scopes", ["read write", {"a": 1}, None, [7, None]])
def test_scopes_that_are_no_list_of_words_are_none(unit: Unit, world: World, scopes: Any) -> None:
    world.says(METADATA, {**OWN, "scopes_supported": scopes})
    assert home_servers.ensure_home_server("home.example").scopes_offered == ""


@pytest.mark.parametrize(
    ("software", "document", "can"),
    [
        ("lemmy", OWN, False), ("nodebb", None, False), ("mastodon", None, True), ("", None, True), ("unheardof", OWN, True),
        ("unheardof", {"issuer": BASE}, False), ("misskey", {"issuer": BASE}, True), ("misskey", None, True),
    ],
)  # fmt: skip
def test_who_can_sign_their_people_in(
    unit: Unit, world: World, runs: list[str], software: str, document: Any, can: bool
) -> None:
    runs.append(software)
    if document is not None:
        world.says(METADATA, document)
    if can:
        assert home_servers.ensure_home_server("home.example").software == software
        return
    with pytest.raises(NoSignIn):
        home_servers.ensure_home_server("home.example")
    assert homes() == []


def test_a_server_that_failed_is_not_asked_again_within_the_minute(unit: Unit, world: World) -> None:
    world.fails(METADATA)
    for _ in range(3):
        with pytest.raises(HomeAway):
            home_servers.ensure_home_server("home.example")
    assert len(world.asked) == 1
    assert home_servers.is_known("home.example")
    assert not home_servers.is_known("other.example")


class WebFinger:
    """Says where an account lives, or fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str | Exception) -> None:
        self.asked: list[str] = []
        self.answer = answer
        monkeypatch.setattr(home_servers.webfinger, "look_up", self.look_up)

    def look_up(self, handle: Handle) -> Any:
        self.asked.append(handle.user)
        if isinstance(self.answer, Exception):
            raise self.answer
        return type("Account", (), {"actor_uri": self.answer})


def of(name: str, domain: str = "ana.example") -> Address:
    return Address(domain, Handle(name, domain))


def test_where_one_person_was_sent_says_nothing_of_the_others_of_their_domain(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = WebFinger(monkeypatch, "https://elsewhere.example/users/mallory")
    assert home_servers.find_host(of("mallory")) == "elsewhere.example"
    told.answer = "https://social.ana.example/users/ana"
    assert home_servers.find_host(of("ana")) == "social.ana.example"
    assert home_servers.find_host(of("ben")) == "social.ana.example"
    assert told.asked == ["mallory", "ana"], "a host of the same domain holds for all of them"


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (FetchFailed("silence"), ["ana"]),
        (FetchFailed("knows nobody", response_status=404), ["ana", "ben"]),
        (FetchFailed("no actor", retryable=False), ["ana", "ben"]),
        (FetchFailed("busy", response_status=503), ["ana", "ben"]),
    ],
)
def test_silence_is_remembered_for_all_and_an_answer_about_one_is_not(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, error: Exception, asked: list[str]
) -> None:
    told = WebFinger(monkeypatch, error)
    for name in ("ana", "ben"):
        with pytest.raises(FetchFailed):
            home_servers.find_host(of(name))
    assert told.asked == asked


@pytest.mark.parametrize(
    ("status", "host"), [(200, "social.example"), (404, "example.org"), (500, "example.org")]
)
def test_a_domain_may_send_to_the_host_of_its_pages(world: World, status: int, host: str) -> None:
    where = "GET https://example.org/.well-known/host-meta"
    world.answers[where] = HttpResponse(status, {}, b"", "https://social.example/.well-known/host-meta")
    assert home_servers.web_host("example.org") == host
    world.fails(where)
    assert home_servers.web_host("example.org") == "example.org"


def test_we_register_once_for_the_same_scopes(unit: Unit, world: World) -> None:
    world.says(APPS, {"client_id": 7, "client_secret": "hush"})
    home = a_home_asked(timedelta(0))
    first = home_servers.ensure_app(home, ("profile",))
    assert home_servers.ensure_app(home, ("profile",)).id == first.id
    assert len(world.asked) == 1
    assert home_servers.ensure_app(home, ("read", "write")).id != first.id
    assert home_servers.secret_of(home, first) == "hush"
    assert "hush" not in first.secret_sealed
    assert first.client_id == "7"


@pytest.mark.parametrize(
    "document",
    [{}, {"client_id": "c"}, {"client_secret": "s"}, {"client_id": "", "client_secret": "s"}, [], {"client_id": "c", "client_secret": "s" * 2001}],
)  # fmt: skip
def test_a_registration_without_a_client_is_none(unit: Unit, world: World, document: Any) -> None:
    world.says(APPS, document)
    with pytest.raises(HomeAway):
        home_servers.ensure_app(a_home_asked(timedelta(0)), ("profile",))
    with database.read_transaction() as session:
        assert session.execute(select(HomeServerApp)).all() == []


def test_a_home_that_takes_no_registrations_says_so(unit: Unit, world: World) -> None:
    with pytest.raises(HomeRefused):
        home_servers.ensure_app(a_home_asked(timedelta(0)), ("profile",))


def test_a_forgotten_registration_is_made_anew_and_no_other_is_touched(unit: Unit, world: World) -> None:
    with database.transaction() as session:
        home = a_home(session)
        gone, stays = an_app(session, home), an_app(session, home, scopes="read")
    home_servers.forget_app(gone.id)
    with database.read_transaction() as session:
        assert session.execute(select(HomeServerApp.id)).scalars().all() == [stays.id]


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (301, "text/html", b""), (302, "text/html", b"<a href=/login>"), (404, "text/html", b"<h1>No</h1>"),
        (404, "application/json", b"{}"), (200, "text/html", b"<h1>Hello</h1>"), (403, "text/html", b""),
        (200, "application/json", b"{"),
    ],
)  # fmt: skip
def test_what_is_no_metadata_document_is_as_if_there_were_none(
    unit: Unit, world: World, status: int, kind: str, body: bytes
) -> None:
    world.says(METADATA, body, status, **{"content-type": kind, "location": f"{BASE}/index.php/x"})
    home = home_servers.ensure_home_server("home.example")
    assert (home.authorize_url, home.scopes_offered) == (f"{BASE}/oauth/authorize", "")


TRIES_AGAIN = "does not answer just now"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"issuer": f"{BASE}/index.php/apps/social/"}, f"the business of {BASE}/index.php/apps/social/"),
        ({"issuer": "https://evil.example"}, "the business of https://evil.example"),
        ({"token_endpoint": "https://evil.example/t"}, "names another server"),
    ],
)
def test_who_speaks_for_another_server_is_told_so(
    unit: Unit, world: World, changes: dict[str, Any], told: str
) -> None:
    world.says(METADATA, {**OWN, **changes})
    with pytest.raises(HomeFault, match=r"issuer|host") as refused:
        home_servers.ensure_home_server("home.example")
    assert told in str(refused.value.sentence)
    assert TRIES_AGAIN not in str(refused.value.sentence)


def test_a_fault_of_its_own_is_told_as_one_and_a_restart_as_a_restart(unit: Unit, world: World) -> None:
    world.says(METADATA, {}, 500)
    with pytest.raises(HomeFault) as fault:
        home_servers.ensure_home_server("home.example")
    assert "a fault of its own (500)" in str(fault.value.sentence)
    home_servers._failures.clear()
    world.says(METADATA, {}, 503)
    with pytest.raises(HomeAway) as away:
        home_servers.ensure_home_server("home.example")
    assert TRIES_AGAIN in str(away.value.sentence)


@pytest.mark.parametrize(
    ("body", "status", "kind", "told"),
    [
        (b"<h1>Sign in</h1>", 200, "text/html", "a page for people"),
        (b'{"client_id": "7"}', 200, "application/json", "without a secret"),
        (b'{"client_id": "7", "client_secret": null}', 200, "application/json", "without a secret"),
        (b"{}", 500, "application/json", "a fault of its own (500)"),
        (b'{"error": "Scopes do not match"}', 422, "application/json", "Scopes do not match"),
    ],
)
def test_a_registration_that_goes_wrong_is_told_as_what_it_is(
    unit: Unit, world: World, body: bytes, status: int, kind: str, told: str
) -> None:
    home = a_home_asked(timedelta(0), register_url=f"{BASE}/api/v1/apps")
    world.says(APPS, body, status, **{"content-type": kind})
    with pytest.raises((HomeFault, HomeRefused)) as refused:
        home_servers.ensure_app(home, ("read:accounts",))
    assert told in str(refused.value.sentence)
    assert TRIES_AGAIN not in str(refused.value.sentence)
