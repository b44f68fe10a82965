"""The frozen types that cross a hook; a plugin never holds a row of the core's tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Verdict(IntEnum):
    """What screening says; of several, the strictest counts."""

    PUBLISH = 0
    HOLD = 1
    REFUSE = 2


@dataclass(frozen=True, slots=True)
class PersonView:
    """The author of a draft, as a screening hook may know them: no number, no history."""

    uri: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class PostView:
    """A published post. `html` is sanitised; `path` is its page here."""

    id: int
    uri: str
    board_slug: str
    title: str
    html: str
    text: str
    hashtags: tuple[str, ...]
    author_name: str
    author_handle: str
    published: datetime
    path: str
    is_starter: bool


@dataclass(frozen=True, slots=True)
class BotView:
    """An actor that a plugin registers: its name `[a-z]{1,24}` is its handle, `page` a path of ours about it."""

    name: str
    title: str
    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation: its words, and a path of ours."""

    label: str
    path: str
