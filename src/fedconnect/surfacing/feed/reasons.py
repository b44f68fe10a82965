"""Why a reader is shown a post: told in words, from what they themselves said or did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedconnect.surfacing.tokenizer import tokenize

MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands beside a post. `is_quiet`: few have seen it yet. `words`: what it shares with the reader's
    interests. `topics`: topics that they named; or else `near_topic`, and by which of its words it stands `near` that one. `follows`: they follow its board. `passed_on`: another
    reader's sentence, `passed_by` their handle.
    """

    is_quiet: bool = False
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    near_topic: str = ""
    near: tuple[str, ...] = ()
    follows: bool = False
    passed_on: str = ""
    passed_by: str = ""


def reason_for(
    shared: Iterable[str],
    topics: Iterable[str],
    *,
    is_quiet: bool,
    follows: bool,
    near: tuple[str, tuple[str, ...]] = ("", ()),
    passed_on: str = "",
    passed_by: str = "",
) -> Reason:
    """Return the reason for one post: of the shared words, those of a topic that was named are told as topic; where there
    is none, the one that it stands `near`, and its words that do."""
    words = list(shared)
    named = tuple(topic for topic in topics if set(tokenize(topic)) & set(words))
    of_topics = {word for topic in named for word in tokenize(topic)}
    rest = tuple(word for word in words if word not in of_topics)[:MOST_WORDS]
    topic, near_words = ("", ()) if named else near
    return Reason(is_quiet, rest, named[:MOST_WORDS], topic, near_words, follows, passed_on, passed_by)
