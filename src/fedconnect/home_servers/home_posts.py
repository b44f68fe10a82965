"""A post as a reader's home server knows it: the id that it has there, fetched by it where it must."""

from __future__ import annotations

from fedconnect.accounts.mastodon_api import (
    Document,
    HomeClient,
    HomeRefused,
    text,
)
from fedconnect.foundation.caches import TTLCache

_ids: TTLCache[str] = TTLCache(life_s=3600)


class ParentUnknown(HomeRefused):
    """The home server cannot find the post that is answered."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host,
            404,
            safe="%(host)s cannot find the post that you answer. You can send yours all the same: it then names "
            "the board and the person, and stands in its place here.",
        )


def find_home_id(client: HomeClient, uri: str) -> str:
    """Return the id that a post has on a home server, which fetches it where it must.

    Raises:
        ParentUnknown: it cannot find it. HomeAway, HomeRefused, PermissionGone.
    """
    known = _ids.get(f"{client.host} {uri}")
    return known if known is not None else text(fetch_home_status(client, uri), "id", 100)


def fetch_home_status(client: HomeClient, uri: str) -> Document:
    """Return a post as a home server's search shows it. Raises: as home_id."""
    found = client.get("/api/v2/search", q=uri, resolve="true", type="statuses", limit="1")
    statuses = found.get("statuses") if isinstance(found, dict) else None
    first = statuses[0] if isinstance(statuses, list) and statuses else None
    number = text(first, "id", 100)
    if not isinstance(first, dict) or not number or text(first, "uri", 2048) not in {uri, ""}:
        raise ParentUnknown(client.host)
    remember_home_id(client, uri, number)
    return first


def remember_home_id(client: HomeClient, uri: str, number: str) -> None:
    """Remember for an hour what a post is called on a home server."""
    _ids.put(f"{client.host} {uri}", number)
