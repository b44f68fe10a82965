"""What an author is told on their post's page of its hearing: a word, and no number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fedconnect.events import HearingEnded, emit
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere
from fedconnect.surfacing.hearing.lifecycle import find_hearing

_TODAY = timedelta(days=1)
_TOLD_AT_ONCE = 100
_ENDED = (HearingState.HEARD, HearingState.ANSWERED, HearingState.CLOSED)
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


def ask_to_be_told(session: Session, post_id: int) -> bool:
    """Let an author be told what comes of a post; False where there is nothing more to come, or it is not for telling."""
    hearing = find_hearing(session, post_id)
    if hearing is None or hearing.state in _ENDED or clock.now() - hearing.begun_at > _LISTED:
        return False
    hearing.tells_outcome = True
    return True


def tell_ended() -> int:
    """Tell authors who asked for it that their post was answered or seen as promised; return how many. A miss is never
    news; nothing is told of a post in safeguarding or with a danger case, nor twice a day to one author."""
    now = clock.now()
    with database.read_transaction() as session:
        if (
            session.execute(select(Hearing.id).where(Hearing.tells_outcome.is_(True)).limit(1)).first()
            is None
        ):
            return 0
    danger = exists().where(Case.post_id == Hearing.post_id, Case.severity == Severity.DANGER)
    told_today = exists().where(
        DirectMessage.person_id == Hearing.person_id,
        DirectMessage.kind == DirectMessageKind.OUTCOME,
        DirectMessage.at > now - _TODAY,
    )
    waiting = (
        select(Hearing)
        .where(Hearing.tells_outcome.is_(True), ~danger, ~told_today)
        .order_by(Hearing.begun_at)
        .limit(_TOLD_AT_ONCE)
    )
    told: set[int | None] = set()
    with database.transaction() as session:
        for one in session.execute(waiting).scalars().all():
            is_good = one.state is HearingState.HEARD or (
                one.state is not HearingState.CLOSED and one.answerers
            )
            if is_good and one.person_id not in told:
                told.add(one.person_id)
                one.tells_outcome = False
                emit(session, HearingEnded(one.post_id))
            elif now - one.begun_at > _LISTED:
                one.tells_outcome = False
    return len(told)


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
