"""Things asked for: validated, frozen, without ids of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Visibility(StrEnum):
    """Who may see a post, as its author decided. Never widened here."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"

    @property
    def is_open(self) -> bool:
        """Whether anybody who finds the post may read it."""
        return self in {Visibility.PUBLIC, Visibility.UNLISTED}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or other medium that stays on the author's server; `alt` is plain text."""

    url: str
    media_type: str
    alt: str


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A message that wants to become a post. `html` is sanitised, `source` is what was sent."""

    uri: str
    author_uri: str
    html: str
    source: str
    visibility: Visibility
    published: datetime
    updated: datetime | None = None
    url: str = ""
    language: str = ""
    warning: str = ""
    in_reply_to: str | None = None
    boards: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())
