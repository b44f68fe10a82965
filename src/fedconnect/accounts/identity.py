"""Whose account a token is: an actor id on the very host that issued it, proven by WebFinger.

What the server's API says of `url`, `acct` or an e-mail address counts for nothing. Ref: RFC 7033; case O05.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import update

from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused, text
from fedconnect.activitypub import remote_actors, vocabulary, webfinger
from fedconnect.activitypub.webfinger import Account, Handle
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed, NotPermitted
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person


class IdentityMismatch(NotPermitted):
    """The account could not be proven to be one of this server's own (403)."""

    safe = "Your server did not prove whose account this is, so we cannot sign you in."


@dataclass(frozen=True, slots=True)
class VerifiedAccount:
    """What a home server says of a token's account; `actor_uri` is empty where it names none.

    `kinds` are the types of actor that it can be by the server's word.
    """

    username: str
    actor_uri: str = ""
    kinds: frozenset[str] = frozenset({"Person"})
    visibility: str = ""
    language: str = ""


def fetch_account(home: HomeServer, client: HomeClient) -> VerifiedAccount:
    """Return whose token a client bears, as the home server says.

    Raises:
        HomeAway, PermissionGone, HomeRefused. IdentityMismatch: an account that may not act.
    """
    document = client.get("/api/v1/accounts/verify_credentials")
    if isinstance(document, dict) and document.get("suspended"):
        raise IdentityMismatch(
            "a suspended account", safe="%(host)s has suspended this account.", host=home.host
        )
    extra = document.get("pleroma") if isinstance(document, dict) else None
    claimed = text(document, "uri", 2048) or text(extra, "ap_id", 2048)
    source = document.get("source") if isinstance(document, dict) else None
    return VerifiedAccount(
        text(document, "username"), claimed, _kinds(document, extra), text(source, "privacy", 16),
        text(source, "language", 35),
    )  # fmt: skip


def fetch_account_by_miauth(home: HomeServer, ticket: str) -> tuple[VerifiedAccount, str]:
    """Return whose account a finished MiAuth session is, and its token. Ref: Misskey MiAuth."""
    document = HomeClient(home.base).post(f"/api/miauth/{ticket}/check", {})
    user = document.get("user") if isinstance(document, dict) else None
    if not isinstance(user, dict) or document.get("ok") is not True or user.get("host"):
        raise HomeRefused(home.host, 403, "the session was not permitted")
    vouched = VerifiedAccount(text(user, "username"), text(user, "uri", 2048), _misskey_kinds(user))
    return vouched, text(document, "token")


def _kinds(document: object, extra: object) -> frozenset[str]:
    """Return what an account can be: a person, or what the API says besides. Ref: Mastodon, Account entity."""
    facts = document if isinstance(document, dict) else {}
    if facts.get("group") is True:
        return frozenset({"Group"})
    if facts.get("bot") is True:
        return frozenset({"Service", "Application"})
    told = text(extra, "actor_type", 20)
    return frozenset({told}) if told in vocabulary.ACTOR_TYPES else frozenset({"Person"})


def _misskey_kinds(user: dict[str, object]) -> frozenset[str]:
    return frozenset({"Service", "Application"} if user.get("isBot") is True else {"Person"})


def prove_person(home: HomeServer, vouched: VerifiedAccount, domain: str) -> Person:
    """Return the person whose account a home server vouched for; opens its own transactions.

    Raises:
        IdentityMismatch: the loop from name to actor and back is not closed on the issuing host.
    """
    username, claimed = vouched.username, vouched.actor_uri
    if not username or len(username) > 255:
        raise IdentityMismatch("no user name")
    # Which of a home's actors it is, the home says: by its API, or else by its own WebFinger before any other's.
    hosts = (domain, home.host) if claimed else (home.host, domain)
    account = _find_account(home, username, hosts)
    actor_uri = account.actor_uri
    if vocabulary.host(actor_uri) != home.host:
        raise IdentityMismatch(f"{home.host} vouches for an actor on {vocabulary.host(actor_uri)}")
    if claimed and claimed != actor_uri:
        raise IdentityMismatch("the API and WebFinger name different actors")
    try:
        actor = remote_actors.fetch_actor(actor_uri)
    except (FetchFailed, Malformed) as error:
        raise IdentityMismatch(f"the actor cannot be read: {error.detail}") from error
    if actor.username.lower() != username.lower():
        raise IdentityMismatch("the actor has another name")
    if not claimed and actor.kind not in vouched.kinds:
        raise IdentityMismatch(f"the API speaks of no {actor.kind}")
    own_domain = _own_domain(home, username, actor_uri)
    is_proven = own_domain == domain and _is_theirs(account, username, home, domain)
    with database.transaction() as session:
        person = remote_actors.remember(session, actor)
        if is_proven:
            session.execute(update(Person).where(Person.id == person.id).values(handle_host=domain))
        return session.get_one(Person, person.id, populate_existing=True)


def _own_domain(home: HomeServer, username: str, actor_uri: str) -> str:
    """Return the domain that the home server itself gives this actor's handle; empty where it gives none."""
    try:
        account = webfinger.fetch_account(Handle(username, home.host), scheme=urlsplit(home.base).scheme)
    except (FetchFailed, Malformed):
        return ""
    return account.subject.host if account.actor_uri == actor_uri else ""


def _is_theirs(account: Account, username: str, home: HomeServer, domain: str) -> bool:
    """Whether the domain of a handle names the very actor that the home names, by the name that we keep: the home
    chooses what its own answer is about, and may put another's name there."""
    if domain == home.host:
        return account.subject.host == domain
    return webfinger.prove_handle(account.actor_uri, username, domain)


def _find_account(home: HomeServer, username: str, hosts: tuple[str, str]) -> Account:
    problem: Exception | None = None
    for host in dict.fromkeys(hosts):
        try:
            return webfinger.fetch_account(Handle(username, host), scheme=urlsplit(home.base).scheme)
        except (FetchFailed, Malformed) as error:
            problem = error
    raise IdentityMismatch(f"no WebFinger for {username}") from problem
