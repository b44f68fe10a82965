"""What a reader composes: validated, counted as their home server counts, and put into its words.

Ref: Mastodon `POST /api/v1/statuses`; its character counting (grapheme clusters, a URL as 23, a handle
without its host).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from fedconnect.accounts.home_limits import Limits
from fedconnect.drafts import Visibility
from fedconnect.foundation.errors import FedConnectError

MAX_TEXT = 20_000
MEDIA_ID = regex.compile(
    r"(?!\.{1,2}$)[^/\\?#%&\x00- \x7f-\U0010ffff]{1,100}"
)  # a number, a UUID, what a home server likes
_URL = regex.compile(r"https?://[^\s<>\"]+")
_HANDLE = regex.compile(r"(?<![\w@/])@([A-Za-z0-9_][A-Za-z0-9_.-]*)@[A-Za-z0-9.:-]+[A-Za-z0-9]")
_CLUSTER = regex.compile(r"\X")
OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


class NotReady(FedConnectError):
    """Something about the text must be changed before it can be sent; nothing is lost (422)."""

    status = 422


@dataclass(frozen=True, slots=True)
class MediaUpload:
    """A picture that lies on the home server already: its id there, and its description."""

    id: str
    alt: str


@dataclass(frozen=True, slots=True)
class PollForm:
    """A poll: its options, for how long (seconds), and whether several may be chosen."""

    options: tuple[str, ...]
    lasts_s: int
    is_multiple: bool


@dataclass(frozen=True, slots=True)
class Composed:
    """A text to be published through the home server."""

    text: str
    visibility: Visibility
    warning: str = ""
    language: str = ""
    is_sensitive: bool = False
    media: tuple[MediaUpload, ...] = field(default=())
    poll: PollForm | None = None


def length(text: str, warning: str, limits: Limits) -> int:
    """Return how many characters the home server counts: as Mastodon does, or each code point."""
    if limits.counts_in_full:
        return len(text) + len(warning)
    shown = _URL.sub("x" * limits.characters_per_url, text)
    shown = _HANDLE.sub(r"@\1", shown)
    return sum(1 for _ in _CLUSTER.finditer(shown)) + sum(1 for _ in _CLUSTER.finditer(warning))


def status_text(text: str, board: str, answered: str = "") -> str:
    """Return the words with the board's handle as the last line, and whom it answers first.

    Both are needed: the handle brings the post to the board, the name tells the person answered.
    """
    text = text.strip()
    handles = text.lower().split()
    if answered and answered.lower() not in handles:
        text = f"{answered} {text}"
    if board.lower() not in handles:
        text = f"{text}\n\n{board}"
    return text


def check(composed: Composed, board: str, answered: str, limits: Limits) -> None:
    """See whether the home server would take it.

    Raises:
        NotReady: one line that says what to change.
    """
    if composed.visibility not in OPEN:
        raise NotReady("visibility", safe="A post to a board is public or unlisted. Please choose one.")
    if not composed.text.strip():
        raise NotReady("empty", safe="There is no text yet.")
    counted = length(status_text(composed.text, board, answered), composed.warning, limits)
    if counted > limits.max_characters:
        over = counted - limits.max_characters
        raise NotReady(
            "too long",
            safe="Your server takes %(most)s characters, the board’s name included. This is %(over)s too long.",
            most=limits.max_characters,
            over=over,
        )
    if len(composed.media) > limits.max_media:
        raise NotReady("media", safe="Your server takes %(most)s pictures at most.", most=limits.max_media)
    if composed.media and composed.poll:
        raise NotReady("both", safe="A post can have pictures or a poll, not both.")
    if composed.poll is not None:
        _check_poll(composed.poll, limits)


def _check_poll(poll: PollForm, limits: Limits) -> None:
    if not 2 <= len(poll.options) <= limits.max_options:
        raise NotReady(
            "options", safe="A poll needs 2 to %(most)s answers to choose from.", most=limits.max_options
        )
    if len(set(poll.options)) != len(poll.options):
        raise NotReady("options twice", safe="Two answers of the poll are the same.")
    if any(len(option) > limits.max_option_characters for option in poll.options):
        raise NotReady(
            "options long",
            safe="An answer of a poll may have %(most)s characters.",
            most=limits.max_option_characters,
        )


def fields_of(composed: Composed, board: str, answered: str) -> dict[str, str | list[str]]:
    """Return what the home server is to take, as a row keeps it; the parent is added when it is known there."""
    fields: dict[str, str | list[str]] = {
        "status": status_text(composed.text, board, answered),
        "visibility": composed.visibility.value,
    }
    if composed.warning:
        fields["spoiler_text"] = composed.warning
    if composed.is_sensitive:
        fields["sensitive"] = "true"
    if composed.language:
        fields["language"] = composed.language
    if composed.media:
        fields["media_ids"] = [medium.id for medium in composed.media]
    if composed.poll is not None:
        fields["poll[options]"] = list(composed.poll.options)
        fields["poll[expires_in]"] = str(composed.poll.lasts_s)
        fields["poll[multiple]"] = "true" if composed.poll.is_multiple else "false"
    return fields


def document_of(fields: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    """Return the JSON document that a home server takes for such fields. Ref: Mastodon `POST /api/v1/statuses`."""
    document: dict[str, Any] = {name: value for name, value in fields.items() if not name.startswith("poll[")}
    if "sensitive" in fields:
        document["sensitive"] = fields["sensitive"] == "true"
    if "poll[options]" in fields:
        document["poll"] = {
            "options": list(fields["poll[options]"]),
            "expires_in": int(str(fields.get("poll[expires_in]", "86400"))),
            "multiple": fields.get("poll[multiple]") == "true",
        }
    return document


def without_handles(text: str, handles: Sequence[str]) -> str:
    """Return somebody's own words again, without the handles that we had put around them."""
    for handle in handles:
        if handle and text.startswith(handle + " "):
            text = text[len(handle) + 1 :]
        if handle and text.rstrip().endswith(handle):
            text = text.rstrip()[: -len(handle)]
    return text.strip()
