"""How evenly looks are spread over posts, for who runs the installation. No person is in it, and no post can be picked out:
it is told of fifty posts or more alone, in tenths of them and in whole per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.surfacing.inequality import gini, lorenz

FEWEST = 50  # posts, so that a tenth is five at least
_PERIOD = timedelta(days=30)
_SETTLED = timedelta(days=2)  # what is younger had no time to be seen
_MOST = 100_000
_TENTHS = 10
_NOT_TO_BE_SEEN = (Exclusion.AUTHOR, Exclusion.WITHDRAWN, Exclusion.SAFEGUARDING)


@dataclass(frozen=True, slots=True)
class Attention:
    """`shares`: which part of all looks, in per cent, the least seen tenth of the posts got, the least seen two tenths, and
    so on up to all. `gini`: 0 where all were seen alike, towards 1 where few had everything."""

    posts: int
    shares: Sequence[int]
    gini: float


def measure_attention(session: Session, board: Board | None = None) -> Attention | None:
    """Return how evenly the conversations of the last thirty days were seen, of one board or of all (1 query); None for
    too few, or where nothing was looked at."""
    now = clock.now()
    chosen = (
        select(Hearing.seen)
        .where(
            Hearing.begun_at.between(now - _PERIOD, now - _SETTLED),
            Hearing.is_starter.is_(True),
            Hearing.exclusion.not_in(_NOT_TO_BE_SEEN),
        )
        .order_by(Hearing.begun_at.desc())
        .limit(_MOST)
    )
    if board is not None:
        chosen = chosen.where(Hearing.board_id == board.id)
    seen = list(session.execute(chosen).scalars())
    if len(seen) < FEWEST or sum(seen) < len(seen):
        return None
    shares = [round(100 * height) for height in lorenz(seen, _TENTHS)[1:]]
    return Attention(len(seen), shares, round(gini(seen), 2))
