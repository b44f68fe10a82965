"""A new post finds its people: encoded, with its quota, its audience and its promise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session, aliased

from fedconnect.events import HearingPlaced, emit
from fedconnect.foundation import clock, database
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import may_surface
from fedconnect.surfacing import word_frequencies
from fedconnect.surfacing.encoder import Encoding, encode_words
from fedconnect.surfacing.hearing import answers, promise, quota, reader_index
from fedconnect.surfacing.hearing.audience import audience_of
from fedconnect.surfacing.hearing.audience_domains import domain_cap
from fedconnect.surfacing.hearing.lifecycle import begin, close, end
from fedconnect.surfacing.hearing.matching import ReaderIndex
from fedconnect.surfacing.hearing.post_tokens import words_of
from fedconnect.surfacing.hearing.promise import Supply
from fedconnect.surfacing.hearing.recent_posts import RecentPosts
from fedconnect.surfacing.hearing.supply import measure_supplies, supply_of
from fedconnect.surfacing.parameters import in_force

BATCH = 50
_WRITTEN_AT_ONCE = 3  # in one transaction: everybody else who writes waits for it
UNANSWERED_AFTER = timedelta(hours=12)
_LATE = timedelta(minutes=10)  # what waits longer did so because no worker came
_MOST_OVERDUE = 500
_AT_ONCE = 5  # in one transaction: whoever answered is counted anew for each
_LOOKED_BACK = timedelta(days=3)  # a weekend without workers leaves no answer unheard
_Reply = aliased(Post)


def place_next(supplies: Mapping[int, Supply] | None = None) -> int:
    """Place the posts that wait, at most fifty; return how many there were."""
    with database.read_transaction() as session:
        waiting = _waiting(session)
        if not waiting:
            return 0
        frequencies, readers = word_frequencies.frequencies(session), reader_index.get_index(session)
        supplies = measure_supplies(session) if supplies is None else supplies
        recent = RecentPosts(session)
    words = {}
    for post, thread in waiting:
        words[post.id] = words_of(post, thread)
        word_frequencies.learn(frequencies, words[post.id], post.language)
    for start in range(0, len(waiting), _WRITTEN_AT_ONCE):
        with database.transaction() as session:
            for post, _ in waiting[start : start + _WRITTEN_AT_ONCE]:
                encoding = encode_words(words[post.id], post.language, frequencies, in_force().encoder)
                _place(session, post, encoding, readers, supplies, recent)
    with database.transaction() as session:
        word_frequencies.write(session)
    return len(waiting)


def encode_edited() -> int:
    """Encode posts anew that were edited after their hearing had ended, at most fifty; return how many there were. They are
    still shown by what they say, and learnt from."""
    with database.read_transaction() as session:
        outdated = select(PostVector.post_id).where(PostVector.is_outdated.is_(True)).limit(BATCH)
        edited = session.execute(outdated).scalars().all()
        if not edited:
            return 0
        frequencies = word_frequencies.frequencies(session)
    for post_id in edited:
        with (
            database.transaction() as session
        ):  # what it says is read under the lock: it may be edited once more
            wanted = select(PostVector).where(PostVector.post_id == post_id).with_for_update()
            if session.execute(wanted).first() is not None:  # or it was withdrawn meanwhile
                post = session.get_one(Post, post_id)
                words = words_of(post, session.get_one(Thread, post.thread_id))
                _store(session, post, encode_words(words, post.language, frequencies, in_force().encoder))
    return len(edited)


def supplies_now() -> Mapping[int, Supply]:
    """Return what each board has for its posts; measured once for many batches."""
    with database.read_transaction() as session:
        return measure_supplies(session)


def end_overdue() -> None:
    """End hearings whose time is over."""
    now = clock.now()
    is_over = (Hearing.state == HearingState.OPEN, Hearing.ends_at <= now)
    with database.read_transaction() as session:
        overdue = session.execute(select(Hearing.id).where(*is_over).limit(_MOST_OVERDUE)).scalars().all()
    for start in range(0, len(overdue), _AT_ONCE):  # others write in between
        some = Hearing.id.in_(overdue[start : start + _AT_ONCE])
        with database.transaction() as session:
            answered = select(Hearing).where(some, *is_over, Hearing.answerers > 0)
            for hearing in session.execute(answered).scalars().all():
                answers.recount(session, hearing)  # whom the author hides since counts no more
            session.flush()
            state = case((Hearing.answerers > 0, HearingState.ANSWERED), else_=HearingState.MISSED)
            ends = update(table_of(Hearing)).where(some, *is_over)
            session.execute(ends.values(state=state, ended_at=now, domains=""))


def hear_unanswered_replies() -> int:
    """Begin hearings for answers that nobody has replied to for twelve hours; at most fifty at once."""
    now = clock.now()
    unanswered = (
        select(Post)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.is_starter.is_(False),
            Post.received.between(now - _LOOKED_BACK, now - UNANSWERED_AFTER),
            may_surface(),
            ~exists().where(_Reply.parent_id == Post.id),
            ~exists().where(Hearing.post_id == Post.id),
        )
    )
    with database.read_transaction() as session:
        found = [post.id for post in session.execute(unanswered.limit(BATCH)).scalars()]
    if not found:
        return 0
    with database.transaction() as session:  # what was found without a lock is asked again, by id
        chosen = session.execute(unanswered.where(Post.id.in_(found))).scalars().all()
        for post in chosen:
            begin(session, post, is_starter=False, begun_at=now)
    return len(chosen)


def _waiting(session: Session) -> Sequence[tuple[Post, Thread]]:
    return [
        (row[0], row[1])
        for row in session.execute(
            select(Post, Thread)
            .join(Hearing, Hearing.post_id == Post.id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(Hearing.state == HearingState.WAITING)
            .order_by(Hearing.begun_at, Hearing.id)
            .limit(BATCH)
        ).all()
    ]


def _place(
    session: Session,
    post: Post,
    encoding: Encoding,
    readers: ReaderIndex,
    supplies: Mapping[int, Supply],
    recent: RecentPosts,
) -> None:
    one = session.execute(
        select(Hearing).where(Hearing.post_id == post.id).with_for_update()
    ).scalar_one_or_none()
    if one is None or one.state is not HearingState.WAITING:
        return  # withdrawn or answered meanwhile, or placed by another worker
    if not one.was_placed:
        emit(session, HearingPlaced(post.id))  # heard when this is done
    if not _may_surface(session, post.id):
        close(one, Exclusion.AUTHOR)
        return
    parameters = in_force()
    _store(session, post, encoding)
    if not one.was_placed:
        why = _why_not(session, one, post, encoding, recent)
        recent.add(post.id, encoding)
        if why is not Exclusion.NONE:
            close(one, why)
            return
        one.floor = _promise(session, one, supplies)
        late = clock.now() - one.begun_at
        if late > _LATE:  # nobody could be shown it yet
            one.ends_at += late
    elif one.floor == 0:  # nothing was promised, or on another board
        one.floor = _promise(session, one, supplies)
    fits = readers.fits(encoding, post.board_id)
    audience = audience_of(fits, readers.count, parameters.audience)
    one.thresholds = json.dumps([round(threshold, 6) for threshold in audience.thresholds])
    one.with_followers = audience.with_followers
    one.domain_cap = domain_cap(session, one, readers, fits, audience, 0)
    one.move(HearingState.OPEN)
    if promise.is_heard(one.qualified, one.floor):
        end(one, HearingState.HEARD)


def _why_not(
    session: Session, one: Hearing, post: Post, encoding: Encoding, recent: RecentPosts
) -> Exclusion:
    """Return why a new post has no floor of its own; a first post always has one."""
    one.is_first = quota.is_first(session, one, post)
    if not one.is_first:
        one.duplicate_of_id = recent.duplicate_of(session, post, encoding)
    if one.duplicate_of_id is not None:
        return Exclusion.DUPLICATE
    return Exclusion.NONE if quota.has_quota(session, one, in_force().hearing) else Exclusion.QUOTA


def _promise(session: Session, one: Hearing, supplies: Mapping[int, Supply]) -> int:
    """Return what a post is promised, which is not lowered afterwards: its board's floor, as far as its own people
    allow; 0 where too few read there."""
    floor = session.get_one(Board, one.board_id).hearing_floor
    promised = supply_of(supplies, one.board_id).promise(floor, in_force().hearing)
    return promised if one.is_starter else promise.of_an_answer(promised, in_force().hearing)


def _may_surface(session: Session, post_id: int) -> bool:
    found = (
        select(Post.id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Post.id == post_id, may_surface())
    )
    return session.execute(found).first() is not None


def _store(session: Session, post: Post, encoding: Encoding) -> None:
    vector = session.execute(select(PostVector).where(PostVector.post_id == post.id)).scalar_one_or_none()
    if vector is None:
        vector = PostVector(post_id=post.id, board_id=post.board_id, since=post.received)
        session.add(vector)
    vector.say(" ".join(encoding.words), encoding.pack(), encoding.simhash)
    vector.language, vector.is_outdated = post.language, False
