"""Doors to a reader's own server: where to follow a board, open a post or write, without an account here.

Ref: FEP-3b86 (Activity Intents), OStatus subscribe, RFC 7033; Mastodon's authorize_interaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from fedconnect.accounts.server_software import SOFTWARE
from fedconnect.activitypub import remote_nodeinfo, vocabulary, webfinger
from fedconnect.activitypub.webfinger import Account, Handle
from fedconnect.federation.rate_limits import limit_webfinger
from fedconnect.foundation import fetch
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed, Malformed
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.foundation.registrable_domains import registrable_domain

_PATIENCE_S = 10.0
_PATIENCE_OF_PAGES_S = 3.0  # a page of links is drawn meanwhile
_INTENT = "https://w3id.org/fep/3b86/"
_SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
_told: TTLCache[Account] = TTLCache(life_s=3600)  # host → what it said of one of its people
_runs: TTLCache[str] = TTLCache(life_s=3600)  # base address → what it runs
_LIKE_MASTODON = frozenset({"mastodon", "hometown"})


class Intent(StrEnum):
    """What somebody wants to do there."""

    FOLLOW = "Follow"
    OPEN = "Object"
    WRITE = "Create"


@dataclass(frozen=True, slots=True)
class InteractionLink:
    """A link to another server, and the host that it leads to; `is_guess` where that server named none. `url` is empty
    where its software has no such page: there an address is pasted into the search box."""

    url: str
    host: str
    is_guess: bool


def read_account(typed: str) -> Handle:
    """Read what people type for their account: a handle, or the address of their profile.

    Raises:
        Malformed: neither; the text says what would do.
    """
    typed = typed.strip()
    if match := webfinger.PROFILE.fullmatch(typed):
        typed = f"@{match[2]}@{match[1]}"
    if "@" not in typed.removeprefix("@"):
        raise Malformed("no handle", safe="Please type your whole handle, such as @ana@example.social.")
    return webfinger.parse_handle(typed)


def find_link(handle: Handle, intent: Intent, subject: str, asker: str) -> InteractionLink:
    """Ask somebody's server where they may do something with `subject` (an id, or the text to write).

    Raises:
        FetchFailed: the server does not answer or knows nobody of that name.
        Busy: too many ask, this server was asked too often, or this asker (an address) asked too often.
    """
    try:
        account = _ask(handle, asker, _PATIENCE_S)
    except (FetchFailed, Malformed) as error:
        raise FetchFailed(
            f"no door: {error.detail}",
            safe="%(host)s did not tell us about %(handle)s. Is it spelt right?",
            host=handle.host,
            handle=str(handle),
        ) from error
    return _link(account, handle, intent, subject)


def links_home(handle: str, home_host: str, posts: Sequence[str], asker: str) -> list[str]:
    """Return for each post (an id) where a reader who is signed in opens it on their own server, to answer there; the id
    itself where that server has no such page.

    A server that says nothing is taken for one like Mastodon, at `home_host`.
    """
    if not posts:
        return []
    try:
        who = webfinger.parse_handle(handle)
        account = _ask(who, asker, _PATIENCE_OF_PAGES_S)
    except FedConnectError:
        return [f"https://{home_host}/authorize_interaction?uri={quote(post, safe='')}" for post in posts]
    return [_link(account, who, Intent.OPEN, post).url or post for post in posts]


def _ask(handle: Handle, asker: str, patience_s: float) -> Account:
    account = _told.get(handle.host)
    if account is None:
        limit_webfinger(handle.host, asker)
        with outbound_slot(known=False):
            account = webfinger.look_up(handle, total_s=patience_s)
        _remember(handle, account)
    return account


def _link(account: Account, handle: Handle, intent: Intent, subject: str) -> InteractionLink:
    for relation, blank in _templates(intent):
        template = account.links.get(relation, "")
        if blank in template:
            url = template.replace(blank, quote(subject, safe=""))
            if vocabulary.uri(url.partition("?")[0]) and account.scheme == urlsplit(url).scheme:
                return InteractionLink(url, fetch.host_of(url), is_guess=False)
    if not may_have_page(_software(f"{account.scheme}://{handle.host}")):
        return InteractionLink("", handle.host, is_guess=True)
    path = "share?text=" if intent is Intent.WRITE else "authorize_interaction?uri="
    return InteractionLink(
        f"{account.scheme}://{handle.host}/{path}{quote(subject, safe='')}", handle.host, is_guess=True
    )


def may_have_page(software: str) -> bool:
    """Whether a server that names no page may have Mastodon's all the same: one that runs it, or says not what it runs.

    Met: GoToSocial 0.20-rc1 answers 404 to `authorize_interaction` (2026-11-25).
    """
    return software in _LIKE_MASTODON or software not in SOFTWARE


def _software(base: str) -> str:
    """Return what a server runs by its NodeInfo, asked once an hour; nothing where it does not say."""
    known = _runs.get(base)
    if known is None:
        try:
            with outbound_slot(known=False, seconds=_PATIENCE_OF_PAGES_S):
                known = remote_nodeinfo.fetch_software(base)
        except FedConnectError:
            known = ""
        _runs.put(base, known)
    return known


def _remember(handle: Handle, account: Account) -> None:
    """Keep what a server said, where it is the same for all of its people: doors of its own, that name nobody."""
    listed = (account.links.get(relation, "") for intent in Intent for relation, _ in _templates(intent))
    used = [template for template in listed if template]
    if used and all(
        handle.user.casefold() not in template.casefold() and _leads_to(template, handle.host)
        for template in used
    ):
        _told.put(handle.host, account)


def _leads_to(template: str, host: str) -> bool:
    try:
        return registrable_domain(fetch.host_of(template.partition("{")[0])) == registrable_domain(host)
    except AddressRefused:
        return False


def _templates(intent: Intent) -> tuple[tuple[str, str], ...]:
    if intent is Intent.WRITE:
        return ((_INTENT + "Create", "{content}"),)
    general = ((_INTENT + "Object", "{object}"), (_SUBSCRIBE, "{uri}"))
    return ((_INTENT + "Follow", "{object}"), *general) if intent is Intent.FOLLOW else general
