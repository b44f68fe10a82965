"""What a reader takes over from their home server, once, when they ask for it: mutes, blocks, filters, hashtags.

Ref: Mastodon `/api/v1/mutes`, `/blocks`, `/domain_blocks`, `/api/v2/filters`, `/api/v1/followed_tags`; paging by
`Link`, of which we follow a bounded number, on the same host only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused, text
from fedconnect.models.reader_state import MuteKind


class HomeList(StrEnum):
    """One list that a home server keeps for a reader."""

    MUTES = "mutes"
    BLOCKS = "blocks"
    SERVERS = "servers"
    FILTERS = "filters"
    HASHTAGS = "hashtags"


@dataclass(frozen=True, slots=True)
class HomeMutes:
    """Whom and what a reader hides at home; of the lists in `missing` their server has none (GoToSocial: domain blocks)."""

    mutes: tuple[tuple[MuteKind, str], ...]
    taken: tuple[HomeList, ...]
    missing: tuple[HomeList, ...]


def fetch_mutes(client: HomeClient, own_domain: str) -> HomeMutes:
    """Return whom and what a reader has muted, blocked and filtered at home, list by list.

    Raises:
        HomeAway, PermissionGone. HomeRefused: it has none of the lists.
    """
    found: list[tuple[MuteKind, str]] = []
    taken: list[HomeList] = []
    problem: HomeRefused | None = None
    for which in (HomeList.MUTES, HomeList.BLOCKS, HomeList.SERVERS, HomeList.FILTERS):
        try:
            found += _READERS[which](client, own_domain)
        except HomeRefused as error:
            problem = error
        else:
            taken.append(which)
    if problem is not None and not taken:
        raise problem
    return HomeMutes(tuple(found), tuple(taken), tuple(one for one in _READERS if one not in taken))


def _accounts(path: str) -> Callable[[HomeClient, str], list[tuple[MuteKind, str]]]:
    def read(client: HomeClient, own_domain: str) -> list[tuple[MuteKind, str]]:
        handles = [handle for account in client.get_pages(path) if (handle := text(account, "acct", 300))]
        return [(MuteKind.PERSON, one if "@" in one else f"{one}@{own_domain}") for one in handles]

    return read


def _servers(client: HomeClient, own_domain: str) -> list[tuple[MuteKind, str]]:
    hosts = client.get_pages("/api/v1/domain_blocks")
    return [(MuteKind.SERVER, one) for one in hosts if isinstance(one, str)]


def _words(client: HomeClient, own_domain: str) -> list[tuple[MuteKind, str]]:
    filters = client.get("/api/v2/filters")
    return [
        (MuteKind.WORDS, word)
        for one in (filters if isinstance(filters, list) else [])
        for word in _keywords(one)
    ]


_READERS: dict[HomeList, Callable[[HomeClient, str], list[tuple[MuteKind, str]]]] = {
    HomeList.MUTES: _accounts("/api/v1/mutes"),
    HomeList.BLOCKS: _accounts("/api/v1/blocks"),
    HomeList.SERVERS: _servers,
    HomeList.FILTERS: _words,
}


def fetch_hashtags(client: HomeClient) -> list[str]:
    """Return the hashtags that a reader follows at home.

    Raises:
        HomeAway, HomeRefused, PermissionGone.
    """
    return [name for tag in client.get_pages("/api/v1/followed_tags") if (name := text(tag, "name", 100))]


def _keywords(one: Any) -> list[str]:
    words = one.get("keywords") if isinstance(one, dict) else None
    return [
        word
        for entry in (words if isinstance(words, list) else [])[:200]
        if (word := text(entry, "keyword", 200))
    ]
