"""Whose account a token is: nothing but a closed loop on the issuing host proves it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.accounts import identity
from fedconnect.accounts.identity import IdentityMismatch, VerifiedAccount
from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused
from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.activitypub.vocabulary import Actor
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from support.account_rows import World
from support.unit import Unit

HOST = "home.example"
BASE = f"https://{HOST}"
ACTOR = f"{BASE}/users/ana"
HOME = HomeServer(host=HOST, base=BASE, software="mastodon", asked_at=clock.now())
CLIENT = HomeClient(BASE, "token")
ANA = VerifiedAccount("ana", ACTOR)
ANA_BY_NAME = VerifiedAccount("ana")
VERIFY = f"GET {BASE}/api/v1/accounts/verify_credentials"
CHECK = f"POST {BASE}/api/miauth/ticket/check"


def names(world: World, host: str, actor: str = ACTOR, subject: str = f"acct:ana@{HOST}") -> None:
    """Let a host's WebFinger name an actor for ana, and for nobody else."""
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    resource = f"?resource=acct%3Aana%40{host}"
    world.says(f"GET https://{host}/.well-known/webfinger{resource}", {"subject": subject, "links": [link]})


def actor_is(monkeypatch: pytest.MonkeyPatch, kind: str = "Person", username: str = "ana") -> list[str]:
    """Let every actor be of a kind and a name; return which were read."""
    read: list[str] = []

    def fetch_actor(uri: str) -> Actor:
        read.append(uri)
        document = {"id": uri, "type": kind, "preferredUsername": username, "inbox": f"{uri}/inbox"}
        return vocabulary.parse_actor(document)

    monkeypatch.setattr(remote_actors, "fetch_actor", fetch_actor)
    return read


@pytest.mark.parametrize("username", ["", "a" * 256])
def test_nobody_without_a_usable_name_is_looked_up(unit: Unit, world: World, username: str) -> None:
    with pytest.raises(IdentityMismatch):
        identity.prove_person(HOME, VerifiedAccount(username, ACTOR), HOST)
    assert world.asked == []


@pytest.mark.parametrize(
    "where", ["https://evil.example/users/ana", "https://home.example.evil.example/u/ana"]
)
def test_a_home_vouches_for_no_actor_of_another_host(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    read = actor_is(monkeypatch)
    names(world, HOST, where)
    for vouched in (VerifiedAccount("ana", where), ANA_BY_NAME):
        with pytest.raises(IdentityMismatch):
            identity.prove_person(HOME, vouched, HOST)
    assert read == [], "it is not even read"


def test_two_actors_of_one_name_are_not_mixed_up(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = actor_is(monkeypatch)
    names(world, HOST, f"{BASE}/users/another")
    with pytest.raises(IdentityMismatch, match="different actors"):
        identity.prove_person(HOME, ANA, HOST)
    assert read == []


def test_an_account_that_webfinger_does_not_know_is_not_proven(unit: Unit, world: World) -> None:
    with pytest.raises(IdentityMismatch, match="no WebFinger"):
        identity.prove_person(HOME, ANA, "ana.example")
    asked = [url.partition("/.well")[0] for url in world.of("GET") if "/webfinger?" in url]
    assert asked == ["https://ana.example", BASE]


@pytest.mark.parametrize("error", [FetchFailed("no answer"), Malformed("no actor")])
def test_an_actor_that_cannot_be_read_proves_nothing(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fetch_actor(uri: str) -> None:
        raise error

    monkeypatch.setattr(remote_actors, "fetch_actor", fetch_actor)
    names(world, HOST)
    with pytest.raises(IdentityMismatch, match="cannot be read"):
        identity.prove_person(HOME, ANA, HOST)


@pytest.mark.parametrize(
    ("document", "vouched"),
    [
        ({"username": "ana", "uri": ACTOR}, ANA),
        ({"username": "ana", "pleroma": {"ap_id": ACTOR}}, ANA),
        ({"username": "ana", "uri": ACTOR, "pleroma": {"ap_id": "https://evil.example/"}}, ANA),
        ({"username": "ana", "url": ACTOR, "acct": "ana@evil.example"}, ANA_BY_NAME),
        (["ana"], VerifiedAccount("")),
        ({"username": ["ana"], "uri": {"a": 1}, "source": "x", "pleroma": []}, VerifiedAccount("")),
        ({"username": "ana", "uri": ACTOR + "x" * 2048}, ANA_BY_NAME),
    ],
)
def test_of_what_an_api_says_only_name_and_actor_count(
    world: World, document: Any, vouched: VerifiedAccount
) -> None:
    world.says(VERIFY, document)
    assert identity.fetch_account(HOME, CLIENT) == vouched


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        ({"group": True, "bot": True}, {"Group"}),
        ({"bot": True}, {"Service", "Application"}),
        ({"group": "true", "bot": 1}, {"Person"}),
        ({"pleroma": {"actor_type": "Service"}}, {"Service"}),
        ({"pleroma": {"actor_type": "Note"}}, {"Person"}),
        ({"pleroma": {"actor_type": ["Group"]}}, {"Person"}),
        ([], {"Person"}),
    ],
)
def test_somebody_is_a_person_unless_their_server_says_otherwise(
    world: World, document: Any, kinds: set[str]
) -> None:
    world.says(VERIFY, document)
    assert identity.fetch_account(HOME, CLIENT).kinds == kinds


def test_how_somebody_writes_as_a_rule_comes_along_in_bounds(world: World) -> None:
    world.says(VERIFY, {"username": "ana", "source": {"privacy": "unlisted", "language": "de"}})
    found = identity.fetch_account(HOME, CLIENT)
    assert (found.visibility, found.language) == ("unlisted", "de")
    world.says(VERIFY, {"username": "ana", "source": {"privacy": "x" * 17, "language": "x" * 36}})
    found = identity.fetch_account(HOME, CLIENT)
    assert (found.visibility, found.language) == ("", "")


def test_a_suspended_account_is_nobodys(world: World) -> None:
    world.says(VERIFY, {"username": "ana", "uri": ACTOR, "suspended": True})
    with pytest.raises(IdentityMismatch, match="suspended"):
        identity.fetch_account(HOME, CLIENT)


@pytest.mark.parametrize(
    "document",
    [
        {"ok": False, "user": {"username": "ana"}}, {"ok": 1, "user": {"username": "ana"}}, {"user": {"username": "ana"}},
        {"ok": True}, {"ok": True, "user": "ana"}, {"ok": True, "user": {"username": "ana", "host": "far.example"}}, [], None,
    ],
)  # fmt: skip
def test_a_miauth_session_that_was_not_permitted_is_nobodys(world: World, document: Any) -> None:
    world.says(CHECK, document)
    with pytest.raises(HomeRefused):
        identity.fetch_account_by_miauth(HOME, "ticket")


@pytest.mark.parametrize(("is_bot", "kinds"), [(True, {"Service", "Application"}), ("yes", {"Person"})])
def test_a_miauth_session_names_its_account_and_gives_a_token(
    world: World, is_bot: object, kinds: set[str]
) -> None:
    user = {"username": "ana", "host": None, "isBot": is_bot}
    world.says(CHECK, {"ok": True, "token": "t", "user": user})
    vouched, token = identity.fetch_account_by_miauth(HOME, "ticket")
    assert (vouched.username, vouched.actor_uri, vouched.kinds, token) == ("ana", "", kinds, "t")


def known() -> list[tuple[str, str]]:
    with database.read_transaction() as session:
        return [(one.uri, one.handle_host) for one in session.execute(select(Person)).scalars()]


def test_an_actor_of_another_name_is_not_taken_nor_kept(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor_is(monkeypatch, username="another")
    names(world, HOST)
    with pytest.raises(IdentityMismatch, match="another name"):
        identity.prove_person(HOME, ANA, HOST)
    assert known() == []


def test_a_name_may_differ_in_large_and_small_letters(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor_is(monkeypatch, username="Ana")
    names(world, HOST)
    assert identity.prove_person(HOME, ANA, HOST).uri == ACTOR


def test_an_actor_that_only_its_name_leads_to_is_of_a_kind_that_the_api_speaks_of(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forum's group and its member may share a name: only the API's own word for the actor's id is enough."""
    actor_is(monkeypatch, kind="Group")
    names(world, HOST)
    with pytest.raises(IdentityMismatch, match="no Group"):
        identity.prove_person(HOME, ANA_BY_NAME, HOST)
    assert known() == []
    assert identity.prove_person(HOME, ANA, HOST).kind == "Group"


def test_without_an_actor_id_the_home_is_asked_before_any_other_domain(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor_is(monkeypatch)
    names(world, HOST)
    names(world, "ana.example", "https://evil.example/users/ana")
    assert identity.prove_person(HOME, ANA_BY_NAME, "ana.example").uri == ACTOR
    assert known() == [(ACTOR, HOST)], "a domain that names somebody else gives no handle"


@pytest.mark.parametrize(
    ("home_says", "domain_says", "handle_host"),
    [
        ("acct:ana@ana.example", "acct:ana@ana.example", "ana.example"),
        (f"acct:ana@{HOST}", "acct:ana@ana.example", HOST),
        ("acct:ana@ana.example", f"acct:ana@{HOST}", HOST),
        ("acct:ana@ana.example", "acct:another@ana.example", HOST),
    ],
)
def test_a_handle_on_another_domain_is_said_by_both_or_is_none(
    unit: Unit,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    home_says: str,
    domain_says: str,
    handle_host: str,
) -> None:
    actor_is(monkeypatch)
    names(world, HOST, subject=home_says)
    names(world, "ana.example", subject=domain_says)
    assert identity.prove_person(HOME, ANA, "ana.example").handle_host == handle_host


def test_a_handle_is_of_the_name_that_is_kept_and_of_no_other_that_the_home_puts_in(
    unit: Unit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mallory of big.example has an own server, which calls its ana mallory@big.example; big.example says that, too."""
    actor_is(monkeypatch)
    names(world, HOST, subject="acct:mallory@big.example")
    names(world, "big.example", "https://big.example/users/ana", subject="acct:ana@big.example")
    link = {"rel": "self", "type": "application/activity+json", "href": ACTOR}
    theirs = "https://big.example/.well-known/webfinger?resource=acct%3Amallory%40big.example"
    world.says(f"GET {theirs}", {"subject": "acct:mallory@big.example", "links": [link]})
    assert identity.prove_person(HOME, ANA_BY_NAME, "big.example").handle == f"@ana@{HOST}"
