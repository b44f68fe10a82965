"""A reader's own page: what fits them, and in between what few have seen. Known queries, one pure ranking."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Matches, Order, PassedOn, Profile
from fedconnect.models.reader import Reader
from fedconnect.models.reading import Interest, Shield, ShieldKind, ThreadSeen
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_on_board, may_surface, may_travel
from fedconnect.surfacing import impressions
from fedconnect.surfacing.encoder import BUCKETS, Encoding
from fedconnect.surfacing.impressions import Showing
from fedconnect.surfacing.pacing import step_of
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profiles import choices_of, read_interests
from fedconnect.surfacing.ranking import Candidates, Likeness, arrange
from fedconnect.surfacing.reasons import Reason, reason_for
from fedconnect.surfacing.taste import Taste, shared_words, taste_of

_MOST_CANDIDATES = 400
_ON_ITS_BOARD_ALONE = frozenset({Exclusion.QUOTA, Exclusion.TWIN})
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asking:
    """The reader who asks. `account_since`: when their account, or their visit here, began."""

    reader_id: int
    person_id: int
    handle: str
    account_since: datetime
    follows: Collection[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A thread on a page: why it is there, and the token by which it is known to have been seen."""

    thread_id: int
    post_id: int
    reason: Reason | None
    is_reserved: bool
    token: str


@dataclass(frozen=True, slots=True)
class Wearer:
    """What a reader brings to every page: their profile, their topics, and what both say of them."""

    profile: Profile | None
    topics: tuple[str, ...]
    taste: Taste
    matched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidates with what the page needs of each."""

    rows: Sequence[tuple[PostVector, Post, Hearing | None]]
    encodings: Sequence[Encoding]
    candidates: Candidates


def list_feed(session: Session, asking: Asking) -> list[Placed]:
    """Return the threads of a reader's page, in order (5 queries).

    Boards that they follow, and what the last rematch found for them elsewhere; what they have opened
    already is left out, as is what its author does not want them to see.
    """
    wearer = wear(session, asking)
    beyond = _passed_to(session, asking)
    rows = _candidates(session, asking, wearer, beyond)
    seen = impressions.seen_already(
        session, asking.reader_id, [post.id for _, post, hearing in rows if _is_open(hearing)]
    )
    found = _found(rows, wearer.taste, asking.follows, seen)
    parameters = in_force()
    choices = choices_of(wearer.profile)
    page = arrange(
        found.candidates, _likeness(found.encodings), parameters.ranking, parameters.hearing,
        personal=choices.is_personal and choices.order is Order.RELEVANCE,
        slots=choices.is_personal,
    )  # fmt: skip
    return [
        _placed(found, place, rank, place in page.reserved, asking, wearer, beyond)
        for rank, place in enumerate(page.order)
    ]


def tokens_for(session: Session, asking: Asking, thread_ids: Sequence[int], channel: str) -> dict[int, str]:
    """Return, for threads on a list in another order, the tokens by which their hearings go on (4 queries)."""
    rows = _rows(session, Thread.id.in_(thread_ids), limit=len(thread_ids))
    rows = [row for row in rows if _is_open(row[2])]
    if not rows:
        return {}
    wearer = wear(session, asking)
    if not choices_of(wearer.profile).counts_views:
        return {}
    found = _found(rows, wearer.taste, asking.follows, set())
    return {
        post.thread_id: _token(found, place, 0, channel, asking)
        for place, (_, post, _hearing) in enumerate(rows)
        if post.person_id != asking.person_id
    }


def wear(session: Session, asking: Asking) -> Wearer:
    """Return what a reader may be matched by (2 queries)."""
    row = session.execute(
        select(Profile, Matches)
        .select_from(Reader)
        .outerjoin(Profile, Profile.reader_id == Reader.id)
        .outerjoin(Matches, Matches.reader_id == Reader.id)
        .where(Reader.id == asking.reader_id)
    ).one()
    profile, matches = row
    is_personal = choices_of(profile).is_personal
    topics = _topics(session, asking.reader_id) if is_personal else ()
    parameters = in_force()
    taste = taste_of(
        read_interests(profile),
        topics,
        asking.follows,
        parameters.encoder.terms_a_reader,
        parameters.interests,
    )
    counts = matches is not None and is_personal and matches.epoch == (profile.epoch if profile else 0)
    matched = tuple(np.frombuffer(matches.packed, "<i8").tolist()) if counts else ()
    return Wearer(profile, topics, taste, matched)


def fits_of(encodings: Sequence[Encoding], boards: Sequence[int], taste: Taste) -> NDArray[np.float64]:
    """Return how well posts fit a reader."""
    own = np.zeros(BUCKETS, np.float32)
    np.add.at(own, taste.buckets, taste.weights)
    prior = in_force().interests.board_prior
    return np.array(
        [
            float(own[one.buckets] @ one.weights) + prior * taste.boards.get(board_id, 0.0)
            for one, board_id in zip(encodings, boards, strict=True)
        ],
        np.float64,
    )


def _topics(session: Session, reader_id: int) -> tuple[str, ...]:
    chosen = select(Interest.topic).where(Interest.reader_id == reader_id).order_by(Interest.topic).limit(200)
    return tuple(session.execute(chosen).scalars())


def _passed_to(session: Session, asking: Asking) -> Mapping[int, str]:
    """Return the sentences with which posts were passed on to this reader or to boards that they follow."""
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    rows = session.execute(
        select(PassedOn.post_id, PassedOn.sentence)
        .where(
            or_(PassedOn.to_reader_id == asking.reader_id, PassedOn.to_board_id.in_(asking.follows)),
            PassedOn.at > since,
        )
        .order_by(PassedOn.at)
        .limit(50)
    )
    return {row[0]: row[1] for row in rows}


def _candidates(
    session: Session, asking: Asking, wearer: Wearer, beyond: Mapping[int, str]
) -> list[tuple[PostVector, Post, Hearing | None]]:
    opened = exists().where(ThreadSeen.reader_id == asking.reader_id, ThreadSeen.thread_id == Post.thread_id)
    shielded = exists().where(  # the author, a reader here too, does not want to be seen by this one
        Reader.person_id == Post.person_id,
        Shield.reader_id == Reader.id,
        or_(
            and_(Shield.kind == ShieldKind.PERSON, Shield.subject == asking.handle.removeprefix("@").lower()),
            and_(
                Shield.kind == ShieldKind.SERVER, Shield.subject == asking.handle.rpartition("@")[2].lower()
            ),
        ),
    )
    elsewhere = and_(Post.id.in_([*wearer.matched, *beyond]), may_travel())
    return _rows(
        session,
        or_(and_(PostVector.board_id.in_(asking.follows), may_surface()), elsewhere),
        Post.person_id != asking.person_id,
        Post.is_starter.is_(True),
        listed_on_board(),
        Thread.pinned.is_(False),
        ~opened,
        ~shielded,
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
        .where(PostVector.published > since, *conditions)
        .order_by(PostVector.published.desc(), PostVector.post_id)
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


def _is_open(hearing: Hearing | None) -> bool:
    return hearing is not None and hearing.state is HearingState.OPEN


def _likeness(encodings: Sequence[Encoding]) -> Likeness:
    def among(places: NDArray[np.intp]) -> NDArray[np.float32]:
        chosen = [encodings[place] for place in places.tolist()]
        buckets, column = np.unique(
            np.concatenate([one.buckets for one in chosen] or [np.zeros(0, np.uint32)]), return_inverse=True
        )
        table = np.zeros((len(chosen), len(buckets)), np.float32)
        row = np.repeat(np.arange(len(chosen)), [len(one.buckets) for one in chosen])
        table[row, column] = np.concatenate([one.weights for one in chosen] or [np.zeros(0, np.float32)])
        alike: NDArray[np.float32] = table @ table.T
        return alike

    return among


def _placed(
    found: _Found, place: int, rank: int, is_reserved: bool, asking: Asking, wearer: Wearer,
    beyond: Mapping[int, str],
) -> Placed:  # fmt: skip
    _, post, _hearing = found.rows[place]
    follows = post.board_id in asking.follows
    shared = shared_words(wearer.taste, found.encodings[place], 8)
    passed_on = beyond.get(post.id, "")
    reason = None
    if is_reserved or shared or passed_on or not follows:
        reason = reason_for(shared, wearer.topics, is_quiet=is_reserved, follows=follows, passed_on=passed_on)
    counts = choices_of(wearer.profile).counts_views
    token = _token(found, place, rank, "slot" if is_reserved else "list", asking) if counts else ""
    return Placed(post.thread_id, post.id, reason, is_reserved, token)


def _token(found: _Found, place: int, rank: int, channel: str, asking: Asking) -> str:
    _, post, _hearing = found.rows[place]
    counts = bool(found.candidates.in_audience[place]) and impressions.is_old_enough(
        asking.account_since, clock.now()
    )
    return impressions.issue(Showing(asking.reader_id, post.id, rank, channel, counts))
