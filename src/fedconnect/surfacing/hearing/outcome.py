"""What an author is told on their post's page of its hearing: a word, and no number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere
from fedconnect.surfacing.hearing.lifecycle import find_hearing


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
    """What stands there; `path` leads to the earlier post that says the same, where everybody may see it."""

    outcome: HearingOutcome
    path: str = ""


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
    if hearing.exclusion is Exclusion.DUPLICATE:
        return AuthorNotice(HearingOutcome.SHARED, _path_of(session, hearing))
    if hearing.exclusion is Exclusion.QUOTA:
        return AuthorNotice(HearingOutcome.OVER_QUOTA)
    if hearing.state is HearingState.CLOSED:
        return None
    if hearing.state is HearingState.MISSED and hearing.answerers:
        return AuthorNotice(HearingOutcome.ANSWERED)
    return AuthorNotice(_OF_STATE[hearing.state])


def _path_of(session: Session, hearing: Hearing) -> str:
    """Return the address of the post whose hearing this one shares."""
    found = session.execute(
        select(Board.slug, Thread.id)
        .join(Thread, Thread.board_id == Board.id)
        .join(Hearing, Hearing.thread_id == Thread.id)
        .where(Hearing.post_id == hearing.duplicate_of_id, Hearing.is_starter.is_(True), listed_everywhere())
    ).one_or_none()
    return f"/boards/{found[0]}/threads/{found[1]}" if found is not None else ""
