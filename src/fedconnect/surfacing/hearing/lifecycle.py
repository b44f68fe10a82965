"""When a hearing is asked for and when it ends: what follows from posts, edits and withdrawals.

Inserts and small updates only; what takes thought is done by a job (scheduling.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub.instance_trust import is_silenced
from fedconnect.events import PostEdited, PostPublished, PostSafeguarded, PostWithdrawn, emit
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.hearing import NOT_PLACED, RUNNING, Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.post import Post
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import travel_consent

VECTOR_LIFE = timedelta(days=14)
_LONGEST_OUTAGE = timedelta(days=7)


def request_hearing(session: Session, event: PostPublished) -> None:
    """Let a thread's starter wait for its hearing."""
    if not event.is_starter:
        return
    post = session.get_one(Post, event.post_id)
    known = find_hearing(session, post.id)
    if event.was_moved and not _lets_travel(session, post):
        return  # they named the board that it came from, and no other
    if known is not None and known.exclusion is Exclusion.WITHDRAWN:
        if event.was_moved:
            known.floor = 0  # what the other board promised is not this one's
        _begin_again(session, known)  # it is back, restored or moved by a moderator
    elif known is None and post.is_addressed and _waits_for_answers(session, post):
        begin(session, post, is_starter=True, begun_at=clock.now())


def begin(session: Session, post: Post, *, is_starter: bool, begun_at: datetime) -> None:
    """Let a post wait for its hearing; once for each post."""
    hours = session.get_one(Board, post.board_id).hearing_hours
    session.execute(
        insert_or_skip(session, table_of(Hearing)).values(
            id=new_id(), post_id=post.id, thread_id=post.thread_id, board_id=post.board_id,
            person_id=post.person_id, state=HearingState.WAITING, exclusion=Exclusion.NONE,
            is_starter=is_starter, is_first=False, begun_at=begun_at,
            ends_at=begun_at + timedelta(hours=hours), floor=0, seen=0, qualified=0, answerers=0,
            thresholds="[]", with_followers=False,
        )
    )  # fmt: skip
    database.enqueue_after_commit(session, "hearings")


def place_again(session: Session, event: PostEdited) -> None:
    """An edited post is encoded anew, and its hearing goes on. Words that are gone are kept nowhere, at once."""
    # numpy comes with the first edit, not at the start
    from fedconnect.surfacing.hearing.post_tokens import forget_edited_away  # noqa: PLC0415

    forget_edited_away(session, event.post_id)
    known = find_hearing(session, event.post_id)
    if known is not None and known.state is HearingState.OPEN:
        known.move(HearingState.WAITING)
        database.enqueue_after_commit(session, "hearings")
    elif known is not None and known.state is not HearingState.WAITING:
        outdated = update(table_of(PostVector)).where(PostVector.post_id == event.post_id)
        if changed(session.execute(outdated.values(is_outdated=True))):
            database.enqueue_after_commit(session, "hearings")


def close_withdrawn(session: Session, event: PostWithdrawn) -> None:
    """Surface no longer what can no longer be seen."""
    known = find_hearing(session, event.post_id)
    if known is not None:
        if known.exclusion is not Exclusion.SAFEGUARDING:  # that outlasts a removal that is taken back
            close(known, Exclusion.WITHDRAWN)
        _release_duplicates(session, event.post_id)
    vector = session.execute(
        select(PostVector).where(PostVector.post_id == event.post_id)
    ).scalar_one_or_none()
    if vector is not None:
        session.delete(vector)


def _release_duplicates(session: Session, post_id: int) -> None:
    """What only repeated a post that is gone is heard in its own right."""
    duplicates = session.execute(
        select(Hearing)
        .where(Hearing.duplicate_of_id == post_id, Hearing.exclusion == Exclusion.DUPLICATE)
        .limit(100)
    ).scalars()
    for duplicate in duplicates.all():
        _begin_again(session, duplicate)


def _begin_again(session: Session, hearing: Hearing) -> None:
    """Let a closed hearing wait anew, with all of its time before it."""
    hours = session.get_one(Board, hearing.board_id).hearing_hours
    hearing.exclusion, hearing.duplicate_of_id, hearing.ended_at = Exclusion.NONE, None, None
    hearing.begun_at = clock.now()
    hearing.ends_at = hearing.begun_at + timedelta(hours=hours)
    hearing.move(HearingState.WAITING)
    database.enqueue_after_commit(session, "hearings")


def close(hearing: Hearing, why: Exclusion) -> None:
    """End a hearing because its post may not be surfaced."""
    if hearing.state is not HearingState.CLOSED:
        hearing.move(HearingState.CLOSED)
    hearing.exclusion, hearing.ended_at = why, clock.now()


def safeguard(session: Session, post: Post) -> None:
    """Bring a post to listeners and moderators instead of anybody else, at once, whatever its hearing was."""
    known = find_hearing(session, post.id)
    if known is None:
        begin(session, post, is_starter=post.is_starter, begun_at=clock.now())
        session.flush()
        known = find_hearing(session, post.id)
    assert known is not None
    close(known, Exclusion.SAFEGUARDING)
    known.asked_listeners_at = None
    emit(session, PostSafeguarded(post.id, post.thread_id, post.board_id))
    database.enqueue_after_commit(session, "hearings")


def end_safeguarding(session: Session, post: Post) -> None:
    """Let a post be heard like others again."""
    known = find_hearing(session, post.id)
    if known is not None and known.exclusion is Exclusion.SAFEGUARDING:
        _begin_again(session, known)


def is_safeguarded(session: Session, post_id: int) -> bool:
    """Whether a post goes to listeners and moderators alone."""
    known = find_hearing(session, post_id)
    return known is not None and known.exclusion is Exclusion.SAFEGUARDING


def end(hearing: Hearing, state: HearingState) -> None:
    """End a hearing that came to its end."""
    hearing.move(state)
    hearing.ended_at = clock.now()
    hearing.domains = ""


def extend_running(session: Session, by: timedelta) -> None:
    """Let running hearings last longer by an outage, in which nothing was counted: by as much of it as they were there
    for, a week at most. What was not placed yet has its whole time before it anyway."""
    now = clock.now()
    running = select(Hearing).where(Hearing.state.in_(RUNNING), Hearing.thresholds != NOT_PLACED)
    for hearing in session.execute(running).scalars():
        hearing.ends_at += min(by, _LONGEST_OUTAGE, max(now - hearing.begun_at, timedelta(0)))


def is_due() -> bool:
    """Whether a post waits for its hearing or to be encoded anew, or a hearing has come to its end."""
    now = clock.now()
    with database.read_transaction() as session:
        waiting = exists().where(Hearing.state == HearingState.WAITING)
        over = exists().where(Hearing.state == HearingState.OPEN, Hearing.ends_at <= now)
        outdated = exists().where(PostVector.is_outdated.is_(True))
        return bool(session.execute(select(waiting | over | outdated)).scalar())


def stale_vectors(now: datetime) -> StaleRows:
    """Return the vectors of posts that are no longer young."""
    return stale(PostVector, PostVector.since < now - VECTOR_LIFE)


def find_hearing(session: Session, post_id: int) -> Hearing | None:
    """Return the hearing of a post."""
    return session.execute(select(Hearing).where(Hearing.post_id == post_id)).scalar_one_or_none()


def _lets_travel(session: Session, post: Post) -> bool:
    return post.person_id is not None and travel_consent.lets_travel(session, post.person_id)


def _waits_for_answers(session: Session, post: Post) -> bool:
    """A board's own words have no hearing, unless it asks for somebody; nor have those from a silenced server."""
    if post.person_id is None:
        return session.get_one(Thread, post.thread_id).is_anonymous
    return not is_silenced(session, post.person_id)
