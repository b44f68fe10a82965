"""What is stored of a post as JSON, as pages read it: what cannot be read is left out, and the page stands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from fedconnect.drafts import Attachment, Poll, PollOption
from fedconnect.forum.proxied_images import picture_path
from fedconnect.foundation import clock


def pictures_in(emojis: str) -> dict[str, str]:
    """Return the custom emoji of a name or a post: shortcode → where our proxy shows it."""
    return {
        entry["shortcode"]: picture_path(entry["url"])
        for entry in _list(emojis)
        if _has(entry, shortcode=str, url=str)
    }


def picture_urls_in(emojis: str) -> list[str]:
    """Return the addresses of custom emoji on their own server."""
    return [entry["url"] for entry in _list(emojis) if _has(entry, url=str)]


def attachments_in(stored: str) -> tuple[Attachment, ...]:
    """Return what is attached to a post."""
    return tuple(
        Attachment(
            item["url"],
            item["media_type"],
            item["alt"],
            warning if isinstance(warning := item.get("warning"), str) else "",
        )
        for item in _list(stored)
        if _has(item, url=str, media_type=str, alt=str)
    )


def poll_in(stored: str) -> Poll | None:
    """Return a post's poll; None where there is none, or none that can be read."""
    facts = _loaded(stored)
    if not _has(facts, options=list, is_multiple=bool, is_closed=bool):
        return None
    options = tuple(
        PollOption(one["name"], one["votes"])
        for one in facts["options"]
        if _has(one, name=str, votes=int | None)
    )
    return Poll(options, facts["is_multiple"], _moment(facts.get("ends")), facts["is_closed"])


def _moment(stored: object) -> datetime | None:
    return clock.parse_end(stored)


def _has(facts: Any, **kinds: Any) -> bool:
    return isinstance(facts, dict) and all(isinstance(facts.get(name), kind) for name, kind in kinds.items())


def _list(stored: str) -> list[Any]:
    found = _loaded(stored)
    return found if isinstance(found, list) else []


def _loaded(stored: str) -> Any:
    try:
        return json.loads(stored)
    except (ValueError, RecursionError):
        return None
