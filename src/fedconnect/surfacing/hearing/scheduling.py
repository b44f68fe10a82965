"""A new post finds its people: encoded, beside its twins, with its quota, its audience and its promise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

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
from fedconnect.surfacing.hearing import promise, reader_index
from fedconnect.surfacing.hearing.audience import audience_of
from fedconnect.surfacing.hearing.audience_domains import domain_cap
from fedconnect.surfacing.hearing.lifecycle import begin, close, end
from fedconnect.surfacing.hearing.matching import ReaderIndex
from fedconnect.surfacing.hearing.near_duplicates import are_near_duplicates
from fedconnect.surfacing.hearing.post_tokens import words_of
from fedconnect.surfacing.hearing.public_record import Supply, measure_supply
from fedconnect.surfacing.parameters import Parameters, in_force

BATCH = 50
_WRITTEN_AT_ONCE = 5  # in one transaction: everybody else who writes waits for it
UNANSWERED_AFTER = timedelta(hours=12)
LEAST_FLOOR = 3
_DAY = timedelta(days=1)
_MOST_OVERDUE = 500
_Reply = aliased(Post)
_WIDE_NET = 16  # bits of the simhash within which the texts themselves are compared


def place_next(supply: Supply | None = None) -> int:
    """Place the posts that wait, at most fifty; return how many there were."""
    with database.read_transaction() as session:
        waiting = _waiting(session)
        if not waiting:
            return 0
        frequencies, readers = word_frequencies.frequencies(session), reader_index.get_index(session)
        supply = supply or measure_supply(session)
        known = _Known(session)
    words = {}
    for post, thread in waiting:
        words[post.id] = words_of(post, thread)
        word_frequencies.learn(frequencies, words[post.id], post.language)
    for start in range(0, len(waiting), _WRITTEN_AT_ONCE):
        with database.transaction() as session:
            for post, _ in waiting[start : start + _WRITTEN_AT_ONCE]:
                encoding = encode_words(words[post.id], post.language, frequencies, in_force().encoder)
                _place(session, post, encoding, readers, supply, known)
    with database.transaction() as session:
        word_frequencies.write(session)
    return len(waiting)


def supply_now() -> Supply:
    """Return what readers look at and posts ask for; measured once for many batches."""
    with database.read_transaction() as session:
        return measure_supply(session)


def end_overdue() -> None:
    """End hearings whose time is over."""
    now = clock.now()
    is_over = (Hearing.state == HearingState.OPEN, Hearing.ends_at <= now)
    with database.read_transaction() as session:
        overdue = session.execute(select(Hearing.id).where(*is_over).limit(_MOST_OVERDUE)).scalars().all()
    if overdue:
        with database.transaction() as session:
            missed = update(table_of(Hearing)).where(Hearing.id.in_(overdue), *is_over)
            session.execute(missed.values(state=HearingState.MISSED, ended_at=now, domains=""))


def hear_unanswered_replies() -> int:
    """Begin hearings for answers that nobody has replied to for twelve hours; at most fifty at once."""
    now = clock.now()
    unanswered = (
        select(Post)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.is_starter.is_(False),
            Post.received.between(now - UNANSWERED_AFTER * 2, now - UNANSWERED_AFTER),
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


class _Known:
    """The posts of the last week, to find twins among."""

    def __init__(self, session: Session) -> None:
        since = clock.now() - timedelta(days=in_force().hearing.duplicate_days)
        rows = session.execute(
            select(PostVector.post_id, PostVector.simhash).where(PostVector.since > since)
        ).all()
        self.ids = [row[0] for row in rows]
        self.hashes: NDArray[np.uint64] = np.array([row[1] for row in rows], np.int64).view(np.uint64)

    def duplicate_of(self, session: Session, post_id: int, encoding: Encoding) -> int | None:
        """Return the first post that says the same."""
        own = np.array([encoding.simhash], np.int64).view(np.uint64)
        near = np.flatnonzero(np.bitwise_count(self.hashes ^ own) <= _WIDE_NET).tolist()
        candidates = [self.ids[place] for place in near if self.ids[place] != post_id][:50]
        if not candidates:
            return None
        for vector in session.execute(
            select(PostVector).where(PostVector.post_id.in_(candidates)).order_by(PostVector.since)
        ).scalars():
            if are_near_duplicates(encoding, read_vector(vector), in_force().hearing):
                return vector.post_id
        return None

    def add(self, post_id: int, encoding: Encoding) -> None:
        """Take a post in."""
        self.ids.append(post_id)
        self.hashes = np.append(self.hashes, np.array([encoding.simhash], np.int64).view(np.uint64))


def read_vector(vector: PostVector) -> Encoding:
    """Return a stored vector."""
    return Encoding.unpack(vector.packed, vector.words.split(), vector.simhash)


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
    session: Session, post: Post, encoding: Encoding, readers: ReaderIndex, supply: Supply, known: _Known
) -> None:
    one = session.execute(
        select(Hearing).where(Hearing.post_id == post.id).with_for_update()
    ).scalar_one_or_none()
    if one is None or one.state is not HearingState.WAITING:
        return  # withdrawn or answered meanwhile, or placed by another worker
    if not _may_surface(session, post.id):
        close(one, Exclusion.AUTHOR)
        return
    parameters = in_force()
    _store(session, post, encoding)
    one.is_first, has_quota = _quota(session, one, post, parameters)
    one.duplicate_of_id = known.duplicate_of(session, post.id, encoding) if has_quota else None
    known.add(post.id, encoding)
    if one.duplicate_of_id is not None:
        close(one, Exclusion.DUPLICATE)
        return
    if not has_quota:
        close(one, Exclusion.QUOTA)
        return
    fits = readers.fits(encoding, post.board_id)
    audience = audience_of(fits, readers.count, parameters.audience)
    one.thresholds = json.dumps([round(threshold, 6) for threshold in audience.thresholds])
    one.with_followers = audience.with_followers
    board = session.get_one(Board, post.board_id)
    is_known = supply.examined_a_day > 0  # where nobody has read yet, try for all of it
    promised = supply.promise(board.hearing_floor) if is_known else board.hearing_floor
    one.floor = min(board.hearing_floor, max(LEAST_FLOOR, promised))
    one.domain_cap = domain_cap(session, one, readers, fits, audience, 0)
    one.move(HearingState.OPEN)
    if promise.is_heard(one.qualified, one.floor):
        end(one, HearingState.HEARD)


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
    vector.language, vector.words = post.language, " ".join(encoding.words)
    vector.packed, vector.simhash = encoding.pack(), encoding.simhash


def _quota(session: Session, one: Hearing, post: Post, parameters: Parameters) -> tuple[bool, bool]:
    """Return whether a post is its author's first here, and whether it may have a floor."""
    if one.person_id is None:
        return True, True  # a question without a name went through a moderator's hands
    earlier = exists().where(
        Post.person_id == one.person_id, Post.id != one.post_id, Post.received < post.received
    )
    is_first = one.is_starter and not session.execute(select(earlier)).scalar()
    recent: int = session.execute(
        select(func.count(Hearing.id)).where(
            Hearing.person_id == one.person_id,
            Hearing.id != one.id,
            Hearing.exclusion == Exclusion.NONE,
            Hearing.state != HearingState.WAITING,
            Hearing.begun_at > one.begun_at - _DAY,
        )
    ).scalar_one()
    return is_first, promise.has_quota(recent, is_first, parameters.hearing)
