"""What each receiving software wants to hear from a board; the only place that knows.

Microblogs (Mastodon, Misskey, Akkoma, GoToSocial and whatever does not say what it is) understand a boost:
Announce of a plain id, and of thread starters alone, since they show every boost in people's timelines.
The threadiverse takes Announce as an envelope: every activity on the board, as its author said it.
Ref: FEP-1b12; what each receiver does with either form is told in docs/decisions/0007.
"""

from __future__ import annotations

from enum import StrEnum

_THREADIVERSE = frozenset(
    ["lemmy", "piefed", "mbin", "kbin", "nodebb", "discourse", "friendica", "hubzilla", "fedconnect"]
)
#: These believe of an envelope only what they can fetch: they reduce what is inside to its id and ask its origin for it. An
#: activity without an id they read as it stands.
FETCHES_WHAT_IS_INSIDE = frozenset(["nodebb"])


class Dialect(StrEnum):
    """The two ways in which a board's news is told."""

    ANNOUNCE_NOTE = "boost"
    ANNOUNCE_ACTIVITY = "envelope"


def dialect_of(software: str) -> Dialect:
    """Return how to speak to a server that runs this software (lower case, empty where unknown)."""
    return Dialect.ANNOUNCE_ACTIVITY if software in _THREADIVERSE else Dialect.ANNOUNCE_NOTE
