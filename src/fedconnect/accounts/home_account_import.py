"""What a reader takes over from their home server, once, when they ask for it: mutes, blocks, filters, hashtags.

Ref: Mastodon `/api/v1/mutes`, `/blocks`, `/domain_blocks`, `/api/v2/filters`, `/api/v1/followed_tags`; paging by
`Link`, of which we follow a bounded number, on the same host only.
"""

from __future__ import annotations

from typing import Any

from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused, text
from fedconnect.models.reader_state import MuteKind


def fetch_mutes(client: HomeClient, own_domain: str) -> list[tuple[MuteKind, str]]:
    """Return whom and what a reader has muted, blocked and filtered at home.

    Raises:
        HomeAway, PermissionGone.
    """
    found: list[tuple[MuteKind, str]] = []
    for path in ("/api/v1/mutes", "/api/v1/blocks"):
        for account in client.get_pages(path):
            handle = text(account, "acct", 300)
            if handle:
                found.append((MuteKind.PERSON, handle if "@" in handle else f"{handle}@{own_domain}"))
    found += [
        (MuteKind.SERVER, one) for one in client.get_pages("/api/v1/domain_blocks") if isinstance(one, str)
    ]
    try:
        filters = client.get("/api/v2/filters")
    except HomeRefused:  # before Mastodon 4
        return found
    for one in filters if isinstance(filters, list) else []:
        found += [(MuteKind.WORDS, word) for word in _keywords(one)]
    return found


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
