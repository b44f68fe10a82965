"""WebFinger: from `@user@host` to an actor id, believed only when host and subject agree.

Ref: RFC 7033; RFC 6415 (host-meta); RFC 7565 (acct).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fedconnect.activitypub import host_meta, strict_json, vocabulary
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.foundation.http_connections import TOTAL_S

_HANDLE = re.compile(r"@?([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@([^@/\s]+)")
#: The address of a profile page, as people copy it out of their browser.
PROFILE = re.compile(r"https?://([^/\s]+)/(?:@|users/|u/|profile/)([A-Za-z0-9_.-]+)/?")


_TYPES = frozenset({vocabulary.MEDIA_TYPE, "application/ld+json", "application/activitypub+json"})


@dataclass(frozen=True, slots=True)
class Handle:
    """`@user@host`, the host in its one spelling."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"@{self.user}@{self.host}"


def parse_handle(text: str) -> Handle:
    """Read `@user@host` or `user@host`.

    Raises:
        Malformed: it is neither.
    """
    match = _HANDLE.fullmatch(text.strip().removeprefix("acct:")) if len(text) <= 600 else None
    if match is None:
        raise Malformed(
            "no handle", safe="“%(typed)s” is no handle such as @ana@example.social.", typed=text[:80]
        )
    try:
        return Handle(match[1], fetch.host_of(f"https://{match[2]}/"))
    except AddressRefused as error:
        raise Malformed("no host", safe="“%(typed)s” is no server’s name.", typed=match[2][:80]) from error


@dataclass(frozen=True, slots=True)
class Account:
    """What a WebFinger answer says: whose it is, and the addresses it links by relation.

    `links` maps a relation to an address or a template; `scheme` is how the server was asked.
    """

    subject: Handle
    actor_uri: str
    links: dict[str, str]
    scheme: str
    names_subject: bool = True  # otherwise it is about who was asked for


def look_up(handle: Handle, *, total_s: float | None = None) -> Account:
    """Ask the handle's host who that is, by https, and by http where the setting allows it.

    Raises:
        FetchFailed: no answer, or one that names no actor. Malformed: no acceptable JSON.
    """
    *first, last = fetch.schemes_of(handle.host)
    for scheme in first:
        try:
            return fetch_account(handle, scheme=scheme, total_s=total_s)
        except FetchFailed as error:
            if error.response_status is not None:
                raise
    return fetch_account(handle, scheme=last, total_s=total_s)


def fetch_account(handle: Handle, *, scheme: str, total_s: float | None = None) -> Account:
    """Ask the handle's host who that is, by one scheme.

    Raises:
        FetchFailed: no answer, or one that names no actor. Malformed: no acceptable JSON.
    """
    with fetch.time_limit(total_s or TOTAL_S):
        response = _ask(handle, scheme)
    if response.status != 200:
        raise FetchFailed(
            f"WebFinger says {response.status}",
            response_status=response.status,
            retryable=response.status >= 500,
        )
    document = strict_json.loads(response.body)
    actor: str | None = None
    untyped: str | None = None
    links: dict[str, str] = {}
    for link in vocabulary.listed(document.get("links"))[:50]:
        if not isinstance(link, dict) or not isinstance(link.get("rel"), str):
            continue
        where = link.get("href") or link.get("template")
        if link["rel"] == "self" and actor is None and _is_activitypub(link.get("type")):
            actor = vocabulary.uri(link.get("href"))
        elif link["rel"] == "self" and link.get("type") is None:
            untyped = untyped or vocabulary.uri(link.get("href"))
        elif isinstance(where, str) and len(where) <= vocabulary.MAX_URI:
            links.setdefault(link["rel"], where)
    actor = actor or untyped  # RFC 7033 §4.4.4.2: a type is optional
    if actor is None:
        raise FetchFailed("WebFinger names no actor", retryable=False)
    subject = _subject(document)
    return Account(subject or handle, actor, links, scheme, names_subject=subject is not None)


def _ask(handle: Handle, scheme: str) -> HttpResponse:
    """Ask where RFC 7033 says; where nothing is there, or it leads where we do not go, where the host's host-meta says."""
    resource = f"acct:{handle.user}@{handle.host}"
    address = f"{scheme}://{handle.host}/.well-known/webfinger?resource={quote(resource, safe='')}"
    answer: HttpResponse | FetchFailed
    try:
        answer = _get(address)
        if answer.status != 404:
            return answer
    except AddressRefused:
        raise
    except FetchFailed as error:
        if error.retryable:
            raise
        answer = error
    elsewhere = host_meta.webfinger_address(handle.host, scheme, resource)
    if elsewhere is not None and elsewhere != address:
        return _get(elsewhere)
    if isinstance(answer, FetchFailed):
        raise answer
    return answer


def _get(address: str) -> HttpResponse:
    return fetch.get(address, headers={"Accept": "application/jrd+json, application/json"})


def _subject(document: vocabulary.Document) -> Handle | None:
    """Return whose an answer says that it is: its `subject`, or an alias that is a handle. Ref: RFC 7033 §4.4.1 (a subject is
    optional) and §4.4.2."""
    for said in (document.get("subject"), *vocabulary.listed(document.get("aliases"))[:20]):
        if isinstance(said, str) and said[:5].lower() == "acct:":
            return parse_handle(said[5:])
    return None


def prove_handle(actor_uri: str, username: str, claimed_host: str) -> bool:
    """Whether a handle on another domain is this actor's: that domain must name this very actor.

    One way is the actor's own claim; this is the other. Ref: FEP-2c59, RFC 7033 §4.
    """
    try:
        handle = Handle(username, fetch.host_of(f"https://{claimed_host}/"))
        account = fetch_account(handle, scheme=urlsplit(actor_uri).scheme)
    except (AddressRefused, FetchFailed, Malformed):
        return False
    same_user = account.subject.user.lower() == username.lower()
    is_named = account.names_subject and same_user and account.subject.host == handle.host
    return account.actor_uri == actor_uri and is_named


def _is_activitypub(kind: object) -> bool:
    """Whether a link's type is ActivityPub's, with whatever parameters; Smithereen spells it in a way of its own."""
    return isinstance(kind, str) and kind.partition(";")[0].strip().lower() in _TYPES
