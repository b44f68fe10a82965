"""What a post and an edit are decided by: frozen, and read only as far as it matters. Nothing here knows a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Final

from fedconnect.moderation.author_status import AuthorStatus


class Unread(Enum):
    """Stands in the place of a fact that was not read yet, since it may never matter."""

    UNREAD = auto()


UNREAD: Final = Unread.UNREAD


class Need(StrEnum):
    """A fact that a decision cannot be made without and that was not read yet."""

    AUTHOR_STATUS = auto()
    LEAVE = auto()
    STARTER = auto()
    BROKEN_RULE = auto()
    SURGE = auto()
    WAVE = auto()
    SLOW_MODE = auto()
    KNOWN = auto()
    THREAD = auto()
    TAKEN_BACK = auto()
    LINKED_GROUP = auto()


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """The first screening rule of its board that a post breaks: what it looks at, and what for."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """What a post or an edit may wait for.

    `screened` says why a plugin (`plugin`) or the server's policy (`limited`) wants a look. `named` is how many people
    it names, boards left out. `wave` are the ids of the posts of other strangers with which it is a wave; None where
    it is none. `slow_until` is when slow mode lets its author write again; None where that is now.
    """

    is_thread: bool
    is_edit: bool = False
    screened: str = ""
    named: int = 0
    holds_first_posts: bool = False
    is_unattended: bool = False
    is_slow: bool = False
    author_status: AuthorStatus | Unread = UNREAD
    broken_rule: BrokenRule | Unread | None = UNREAD
    is_surge: bool | Unread = UNREAD
    wave: tuple[int, ...] | Unread | None = UNREAD
    slow_until: datetime | Unread | None = UNREAD


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """Whether a thread takes one more answer, read while its row is locked."""

    is_locked: bool
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class PostFacts:
    """Everything that decides about a new post.

    `is_boards_own`: the board's own words, on which nobody decides. `is_archived`: the board takes no
    posts any more. `is_told`: its author hears of a refusal by a
    letter, since they sent it here themselves. `was_passed_on`: somebody else than its author's server brought it, and
    it was not meant for the board. `lacks_leave`: the author of what it answers takes no such answers. `waits_for` is
    the id of what the conversation began with, where that is out of sight; None where it can be seen.
    """

    hold_facts: HoldFacts
    is_boards_own: bool = False
    is_refused_by_screening: bool = False
    is_told: bool = True
    is_addressed: bool = True
    was_passed_on: bool = False
    asks_no_bots: bool = False
    board_has_moved: bool = False
    is_archived: bool = False
    takes_unaddressed: bool = True
    lacks_leave: bool | Unread = UNREAD
    waits_for: str | Unread | None = UNREAD
    is_known: bool | Unread = UNREAD
    thread: ThreadFacts | Unread = UNREAD
    is_taken_back: bool | Unread = UNREAD


@dataclass(frozen=True, slots=True)
class EditFacts:
    """Everything that decides about an edit of a post that is here, by its author.

    `names_board`: the new version still names a board. `can_wait`: the post is in sight, or waits already.
    `came_through_sister`: its thread stands here because a sister board brought it.
    """

    hold_facts: HoldFacts
    is_starter: bool
    names_board: bool
    is_deleted: bool
    can_wait: bool
    is_newer: bool
    is_open: bool
    came_through_sister: bool | Unread = UNREAD
