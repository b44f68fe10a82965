"""Why a post waits. A plain type, which decisions are made of; `posts/held_posts` puts it on the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WAVE = "wave"  # one line on the daily list: spam that says the same, and strangers who are too many


@dataclass(frozen=True, slots=True)
class HoldReason:
    """Why a post waits. `why` names the text in wording.toml that its author reads, `detail` is what that is filled in
    with; `until` where it is shown by itself after a time. `wave` names what many strangers do alike: those are one
    line on the list, and are not written to, but for a few where it `is_surge`: more than is shown of strangers within
    an hour."""

    why: str
    detail: str = ""
    until: datetime | None = None
    wave: str = ""
    is_surge: bool = False
