"""Which of the overlooked posts is brought to somebody: by lot, weighted by what each lacks of its promise.

Always to take the neediest would bring the same few posts to everybody, and none of the others to anybody.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from fedconnect.surfacing.parameters import in_force

DRAWN_FROM = timedelta(hours=6)  # so long its own board may find it
DRAWN_UNTIL = timedelta(hours=48)  # later its hearing is over
DICE: Random = secrets.SystemRandom()
_UNANSWERED = 0.1  # what a post lacks at least as long as nobody has answered it


def lack(floor: int, qualified: int, answerers: int) -> float:
    """Return what a post lacks of its promise, from 0 to 1: the part of its `floor` that has not seen it; all of it where
    nothing could be promised. A part of that once somebody has answered; until then never nothing."""
    unseen = max(0.0, 1.0 - qualified / floor) if floor > 0 else 1.0
    return unseen * in_force().hearing.answered_lack if answerers else max(unseen, _UNANSWERED)


def weight(lack: float, fit: float = 1.0, held: int = 0) -> float:
    """Return a post's weight in a draw for somebody whom it fits so well; the less, the more letters hold it already."""
    return lack * max(0.0, fit) / (1 + held) ** 2


def draw(weights: Sequence[float], most: int, dice: Random = DICE) -> list[int]:
    """Return the places of at most `most` posts, each drawn by its weight from those that are left; never one without
    any. Ref: Efraimidis and Spirakis, Weighted random sampling with a reservoir (2006)."""
    tickets = [
        (math.log(1.0 - dice.random()) / one, place) for place, one in enumerate(weights) if one > 0
    ]  # 1 - [0, 1) is never 0
    return [place for _, place in sorted(tickets, reverse=True)[:most]]
