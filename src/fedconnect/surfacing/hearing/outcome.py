"""What an author is told on their post's page of its hearing: a word, and no number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere
from fedconnect.surfacing.hearing.lifecycle import find_hearing

_TODAY = timedelta(days=1)
_LISTED = timedelta(days=14)  # so long a post without an answer stands among those that wait for one


class HearingOutcome(StrEnum):
    """How far a hearing has come, as its author reads it."""

    UNDER_WAY = "under way"
    HEARD = "heard"
    ANSWERED = "answered"
    MISSED = "missed"
    SHARED = "shared"
    OVER_QUOTA = "over quota"


@dataclass(frozen=True, slots=True)
class AuthorNotice:
    """What stands there; `path` leads to the earlier post that says the same, where everybody may see it; `is_own`: that
    is theirs too."""

    outcome: HearingOutcome
    path: str = ""
    is_own: bool = False


_OF_STATE = {
    HearingState.WAITING: HearingOutcome.UNDER_WAY,
    HearingState.OPEN: HearingOutcome.UNDER_WAY,
    HearingState.HEARD: HearingOutcome.HEARD,
    HearingState.ANSWERED: HearingOutcome.ANSWERED,
    HearingState.MISSED: HearingOutcome.MISSED,
}


def read_notice(session: Session, post_id: int) -> AuthorNotice | None:
    """Return what an author is told; None where there is nothing to tell, or it is not said in public (at most 2
    queries). Whoever was answered hears of that, also where too few have looked."""
    hearing = find_hearing(session, post_id)
    if hearing is None:
        return None
    now = clock.now()
    if hearing.exclusion is Exclusion.DUPLICATE:
        return _shared(session, hearing)
    if hearing.exclusion is Exclusion.QUOTA:
        return AuthorNotice(HearingOutcome.OVER_QUOTA) if now - hearing.begun_at < _TODAY else None
    if hearing.state is HearingState.CLOSED:
        return None
    if hearing.state is HearingState.MISSED:
        if hearing.answerers:
            return AuthorNotice(HearingOutcome.ANSWERED)
        return AuthorNotice(HearingOutcome.MISSED) if now - hearing.begun_at < _LISTED else None
    return AuthorNotice(_OF_STATE[hearing.state])


def _shared(session: Session, hearing: Hearing) -> AuthorNotice:
    """Return that a post shares the hearing of another one, and where that is."""
    found = session.execute(
        select(Board.slug, Thread.id, Hearing.person_id, listed_everywhere())
        .join(Thread, Thread.board_id == Board.id)
        .join(Hearing, Hearing.thread_id == Thread.id)
        .where(Hearing.post_id == hearing.duplicate_of_id, Hearing.is_starter.is_(True))
    ).one_or_none()
    if found is None:
        return AuthorNotice(HearingOutcome.SHARED)
    slug, thread_id, person_id, is_listed = found
    path = f"/boards/{slug}/threads/{thread_id}" if is_listed else ""
    return AuthorNotice(HearingOutcome.SHARED, path, is_own=person_id == hearing.person_id)
