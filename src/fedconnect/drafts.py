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
    LOCAL_ONLY = "here"  # on a board that does not federate: for who is signed in, and never sent

    @property
    def is_open(self) -> bool:
        """Whether anybody who finds the post may read it."""
        return self in {Visibility.PUBLIC, Visibility.UNLISTED}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or other medium that stays on the author's server; `alt` is plain text. `warning` is what its author says
    before it is seen."""

    url: str
    media_type: str
    alt: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji of the author's server: the `:shortcode:` in texts, and where its picture lies."""

    shortcode: str
    url: str


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer of a poll, in plain text; `votes` is empty where it is not told."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as its author's server tells it; answers are given there."""

    options: tuple[PollOption, ...]
    is_multiple: bool
    ends: datetime | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A message that wants to become a post. `html` is sanitised, `source` is what was sent, its title first.

    `title` is what its author calls it, in plain text; `html` begins with it. `is_left_out`: not all that was sent is in here.
    `addressees` are whom it was sent to by name, where it is not for everybody.
    `may_reply` names who may answer without asking (actors and collections), `may_boost` who may boost; empty for anybody.
    """

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
    addressees: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())
    emojis: tuple[Emoji, ...] = field(default=())
    poll: Poll | None = None
    quote_uri: str = ""
    may_reply: tuple[str, ...] = ()
    may_boost: tuple[str, ...] = ()
    is_sensitive: bool = False
    title: str = ""
    is_left_out: bool = False
