"""WebFinger: from `@user@host` to an actor id, believed only when host and subject agree.

Ref: RFC 7033; RFC 7565 (acct).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from fedconnect.activitypub import strict_json, vocabulary
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed

_HANDLE = re.compile(r"@?([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@([^@/\s]+)")


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
    match = _HANDLE.fullmatch(text.strip().removeprefix("acct:"))
    if match is None or len(text) > 600:
        raise Malformed("no handle", safe=f"{text[:80]!r} is no handle such as @ana@example.social.")
    try:
        return Handle(match[1], fetch.host_of(f"https://{match[2]}/"))
    except AddressRefused as error:
        raise Malformed("no host", safe=f"{match[2][:80]!r} is no server's name.") from error


def fetch_actor_uri(handle: Handle) -> str:
    """Ask the handle's host for the actor's id.

    Raises:
        FetchFailed: no answer, or one that is about somebody else.
    """
    resource = quote(f"acct:{handle.user}@{handle.host}", safe="")
    answer = fetch.get(
        f"https://{handle.host}/.well-known/webfinger?resource={resource}",
        headers={"Accept": "application/jrd+json, application/json"},
    )
    if answer.status != 200:
        raise FetchFailed(f"WebFinger says {answer.status}", answer=answer.status, retryable=False)
    document = strict_json.loads(answer.body)
    links = document.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self":
            kind = str(link.get("type", ""))
            if kind == vocabulary.MEDIA_TYPE or kind.startswith("application/ld+json"):
                found = vocabulary.uri(link.get("href"))
                if found is not None:
                    return found
    raise FetchFailed("WebFinger names no actor", retryable=False)
