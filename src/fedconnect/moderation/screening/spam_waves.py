"""The brake on a wave of spam: many strangers who say the same, or send people to the same place, within an hour.

It looks at posts of people of whom nothing was shown on a board yet, and at nothing else; whoever has written there
before is never held by it. A post is held when two other strangers have said the like; theirs are then held too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALIKE = 0.6  # of the telling words of two texts
FEWEST_WORDS = 5  # below that many, only the very same words count, or a shared link
FEWEST_SAME = 3
OTHERS = 2  # strangers who said the like before


@dataclass(frozen=True, slots=True)
class RecentPost:
    """What a stranger said: telling words and links; `key` is the caller's own."""

    key: int
    author: int
    words: frozenset[str]
    links: frozenset[str]


def alike_to(new: RecentPost, earlier: Iterable[RecentPost]) -> list[RecentPost]:
    """Return what other strangers said that is like this."""
    return [one for one in earlier if one.author != new.author and _is_alike(new, one)]


def is_wave(new: RecentPost, alike: list[RecentPost]) -> bool:
    """Whether this is part of a wave: enough others have said the like."""
    return len({one.author for one in alike}) >= OTHERS


def _is_alike(one: RecentPost, other: RecentPost) -> bool:
    if one.links & other.links:
        return True
    if min(len(one.words), len(other.words)) < FEWEST_WORDS:
        return one.words == other.words and len(one.words) >= FEWEST_SAME
    shared = len(one.words & other.words)
    return shared / len(one.words | other.words) >= ALIKE
