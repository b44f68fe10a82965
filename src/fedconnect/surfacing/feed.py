"""A reader's own page: what fits them, and in between what few have seen. Known queries, one pure ranking."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Order
from fedconnect.models.reading import ThreadSeen
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_on_board, may_surface, may_travel, welcome_to
from fedconnect.surfacing import impressions
from fedconnect.surfacing.asking import Asking
from fedconnect.surfacing.encoder import BUCKETS, Encoding
from fedconnect.surfacing.pacing import step_of
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profiles import choices_of
from fedconnect.surfacing.ranking import Candidates, Likeness, arrange
from fedconnect.surfacing.readers import Wearer, read_told, wear
from fedconnect.surfacing.reasons import Reason, reason_for
from fedconnect.surfacing.taste import Taste, shared_words

_MOST_CANDIDATES = 400
_ON_ITS_BOARD_ALONE = frozenset({Exclusion.QUOTA, Exclusion.TWIN})
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """A thread on a page, or an answer in one: why it is there, and whether in a reserved place."""

    thread_id: int
    post_id: int
    is_answer: bool
    reason: Reason | None
    is_reserved: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """A reader's page, and the boards that they follow."""

    placed: Sequence[Placed]
    follows: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidates with what the page needs of each."""

    rows: Sequence[tuple[PostVector, Post, Hearing | None]]
    encodings: Sequence[Encoding]
    candidates: Candidates


def list_feed(session: Session, asking: Asking) -> Feed:
    """Return the threads of a reader's page, in order (4 queries).

    Boards that they follow, and what the last rematch found for them elsewhere; what they have opened
    already is left out, as is what its author does not want them to see.
    """
    told = read_told(session, asking)
    wearer = wear(session, asking, told)
    rows = _candidates(session, asking, wearer)
    seen = impressions.seen_already(
        session, asking.reader_id, [post.id for _, post, hearing in rows if _floor(hearing)]
    )
    found = _found(rows, wearer.taste, told.follows, seen)
    parameters = in_force()
    choices = choices_of(wearer.profile)
    page = arrange(
        found.candidates, _likeness(found.encodings), parameters.ranking, parameters.hearing,
        personal=choices.is_personal and choices.order is Order.RELEVANCE,
        slots=choices.is_personal,
    )  # fmt: skip
    placed = [_placed(found, place, wearer, is_reserved=place in page.reserved) for place in page.order]
    return Feed(placed, tuple(told.follows))


def who_qualifies(session: Session, asking: Asking, post_ids: Sequence[int]) -> set[int]:
    """Return for which posts a reader is in the audience of a running hearing (at most 3 queries)."""
    rows = _rows(session, Post.id.in_(post_ids), limit=len(post_ids))
    rows = [row for row in rows if _floor(row[2]) and row[1].person_id != asking.person_id]
    if not rows:
        return set()
    told = read_told(session, asking)
    found = _found(rows, wear(session, asking, told).taste, told.follows, ())
    return {
        post.id for (_, post, _hearing), fits in zip(rows, found.candidates.in_audience, strict=True) if fits
    }


def fits_of(encodings: Sequence[Encoding], boards: Sequence[int], taste: Taste) -> NDArray[np.float64]:
    """Return how well posts fit a reader."""
    own = np.zeros(BUCKETS, np.float32)
    np.add.at(own, taste.buckets, taste.weights)
    lengths = [len(one.buckets) for one in encodings]
    products = own[_joined([one.buckets for one in encodings], np.uint32)]
    products *= _joined([one.weights for one in encodings], np.float32)
    of_words = np.bincount(np.repeat(np.arange(len(encodings)), lengths), products, len(encodings))
    prior = in_force().interests.board_prior
    return of_words + prior * np.array([taste.boards.get(board_id, 0.0) for board_id in boards], np.float64)


def _joined(parts: list[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _candidates(
    session: Session, asking: Asking, wearer: Wearer
) -> list[tuple[PostVector, Post, Hearing | None]]:
    opened = exists().where(
        ThreadSeen.reader_id == asking.reader_id,
        ThreadSeen.thread_id == Post.thread_id,
        or_(Post.is_starter.is_(True), ThreadSeen.at >= Post.received),
    )
    elsewhere = and_(Post.id.in_([*wearer.matched, *wearer.told.passed_on]), may_travel())
    return _rows(
        session,
        or_(and_(PostVector.board_id.in_(wearer.told.follows), may_surface()), elsewhere),
        Post.person_id != asking.person_id,
        or_(Post.is_starter.is_(True), Hearing.state == HearingState.OPEN),
        listed_on_board(),
        Thread.pinned.is_(False),
        ~opened,
        welcome_to(asking.handle),
        limit=_MOST_CANDIDATES,
    )


def _rows(
    session: Session, *conditions: ColumnElement[bool], limit: int
) -> list[tuple[PostVector, Post, Hearing | None]]:
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    rows = session.execute(
        select(PostVector, Post, Hearing)
        .join(Post, Post.id == PostVector.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(Hearing, Hearing.post_id == Post.id)
        .where(PostVector.since > since, *conditions)
        .order_by(PostVector.since.desc(), PostVector.post_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _found(
    rows: Sequence[tuple[PostVector, Post, Hearing | None]],
    taste: Taste,
    follows: Collection[int],
    seen: Collection[int],
) -> _Found:
    now = clock.now()
    encodings = [
        Encoding.unpack(vector.packed, vector.words.split(), vector.simhash) for vector, _, _ in rows
    ]
    fit = fits_of(encodings, [post.board_id for _, post, _ in rows], taste)
    hearings = [hearing for _, _, hearing in rows]
    age = np.array([max(0.0, (now - (h.begun_at if h else p.published)) / _HOUR) for _, p, h in rows])
    floor = np.array([_floor(h) if p.id not in seen else 0 for _, p, h in rows], np.float64)
    promised = np.array([h.floor if h else 0 for h in hearings], np.float64)
    hours = np.array([max(1.0, (h.ends_at - h.begun_at) / _HOUR) if h else 48.0 for h in hearings])
    heard = np.array([h.qualified if h else 0 for h in hearings], np.float64)
    steps = step_of(age, heard, promised, hours, in_force().hearing.pace)
    return _Found(
        rows,
        encodings,
        Candidates(
            fit=fit, age_h=age, heard=heard, shown=np.array([h.seen if h else 0 for h in hearings], np.float64),
            floor=floor, hours=hours,
            in_audience=np.array(
                [
                    _in_audience(h, f, p.board_id in follows, int(step))
                    for (_, p, h), f, step in zip(rows, fit.tolist(), steps.tolist(), strict=True)
                ],
                bool,
            ),
            author=np.array([post.person_id or 0 for _, post, _ in rows], np.int64),
            twins=np.array([(h.twin_id or p.id) if h else p.id for _, p, h in rows], np.int64),
            answers=np.array([not post.is_starter for _, post, _ in rows], bool),
            barred=np.array([h is not None and h.exclusion in _ON_ITS_BOARD_ALONE for h in hearings], bool),
        ),
    )  # fmt: skip


def _in_audience(hearing: Hearing | None, fit: float, follows: bool, step: int) -> bool:
    if hearing is None:
        return False
    thresholds = json.loads(hearing.thresholds)
    if not thresholds:
        return False
    return fit >= thresholds[min(step, len(thresholds) - 1)] or (hearing.with_followers and follows)


def _floor(hearing: Hearing | None) -> int:
    return hearing.floor if hearing is not None and hearing.state is HearingState.OPEN else 0


def _likeness(encodings: Sequence[Encoding]) -> Likeness:
    def among(places: NDArray[np.intp]) -> NDArray[np.float32]:
        chosen = [encodings[place] for place in places.tolist()]
        buckets, column = np.unique(_joined([one.buckets for one in chosen], np.uint32), return_inverse=True)
        table = np.zeros((len(chosen), len(buckets)), np.float32)
        row = np.repeat(np.arange(len(chosen)), [len(one.buckets) for one in chosen])
        table[row, column] = _joined([one.weights for one in chosen], np.float32)
        alike: NDArray[np.float32] = table @ table.T
        return alike

    return among


def _placed(found: _Found, place: int, wearer: Wearer, *, is_reserved: bool) -> Placed:
    _, post, _hearing = found.rows[place]
    follows = post.board_id in wearer.told.follows
    shared = shared_words(wearer.taste, found.encodings[place], 8)
    word = wearer.told.passed_on.get(post.id)
    reason = None
    if is_reserved or shared or word or not follows:
        reason = reason_for(
            shared,
            wearer.told.topics,
            is_quiet=is_reserved,
            follows=follows,
            passed_on=word.sentence if word else "",
            passed_by=word.handle if word else "",
        )
    return Placed(post.thread_id, post.id, not post.is_starter, reason, is_reserved)
