"""Posts that a reader may be shown, as rows and as arrays for the ranker."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.hearing import NOT_PLACED, Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader_state import ReadMarker
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import (
    asker_named,
    listed_on_board,
    may_surface,
    may_travel,
    welcome_to_asker,
)
from fedconnect.surfacing.encoder import BUCKETS, Encoding
from fedconnect.surfacing.feed.encodings import read_encodings
from fedconnect.surfacing.feed.ranking import Candidates, Likeness
from fedconnect.surfacing.hearing.pacing import step_of
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.reader_vector import ReaderVector
from fedconnect.surfacing.profile.viewer import PassedOnBy, Viewer

MOST = 500
_HOUR = timedelta(hours=1)
_NOTHING_SEEN: Mapping[int, bool] = MappingProxyType({})
_NOTHING_PASSED: Mapping[int, PassedOnBy] = MappingProxyType({})
_ON_ITS_BOARD_ALONE = frozenset({Exclusion.DUPLICATE, Exclusion.SAFEGUARDING})


class Candidate(NamedTuple):
    """A post with its hearing, where it has one (`state` is empty otherwise), and when this reader last had
    its thread open."""

    post_id: int
    thread_id: int
    board_id: int
    person_id: int
    is_starter: bool
    encoding: Encoding
    state: HearingState | None
    exclusion: Exclusion
    begun_at: datetime
    hours: float
    floor: int
    seen: int
    qualified: int
    answerers: int
    thresholds: tuple[float, ...]
    with_followers: bool
    duplicate_of_id: int
    opened_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether its hearing is under way."""
        return self.state is HearingState.OPEN


def find_candidates(session: Session, feed_request: FeedRequest, viewer: Viewer) -> list[Candidate]:
    """Return what a reader's page is made of (1 query, 1 more for vectors that this process has not read yet): young posts of
    the boards that they follow, and of other boards what was matched with or passed on to them. Not what they have open
    already, unless it was answered since; not what its author said no to, or hides from them. What was passed on comes
    first, then hearings, the least heard before all.
    """
    passed_on = [*viewer.told.passed_on]
    asked = {
        **_asked_by(feed_request), **asker_named(feed_request.handle), "first": passed_on, "most": MOST,
        "followed": [*viewer.told.follows], "elsewhere": [*viewer.matched, *passed_on],
    }  # fmt: skip
    return _read(session, _of_a_page(), asked)


def find_heard(session: Session, feed_request: FeedRequest, post_ids: Sequence[int]) -> list[Candidate]:
    """Return those of some posts whose hearings are under way, also while they are placed again after an edit, without
    the reader's own (1 query, 1 more for vectors that this process has not read yet)."""
    asked = {"post_ids": [*post_ids], "first": [], "most": len(post_ids)}
    return _read(session, _of_posts(), {**_asked_by(feed_request), **asked})


def as_arrays(
    found: Sequence[Candidate],
    reader_vector: ReaderVector,
    follows: Collection[int],
    seen: Mapping[int, bool] = _NOTHING_SEEN,
    passed_on: Mapping[int, PassedOnBy] = _NOTHING_PASSED,
) -> Candidates:
    """Return candidates as the ranker wants them. `seen`: what the reader has looked at comes last; and where they were
    in its audience then, it has no reserved place for them. `passed_on`: what was passed on to them, by post."""
    now = clock.now()
    fit = fits_of([one.encoding for one in found], [one.board_id for one in found], reader_vector)
    age = np.array([max(0.0, (now - one.begun_at) / _HOUR) for one in found])
    promised = np.array([one.floor for one in found], np.float64)
    hours = np.array([one.hours for one in found])
    heard = np.array([one.qualified for one in found], np.float64)
    steps = step_of(age, heard, promised, hours, in_force().hearing.pace).tolist()
    waits = [one.floor if one.is_open and not seen.get(one.post_id) else 0 for one in found]
    inside = [
        _in_audience(one, own, one.board_id in follows, step)
        for one, own, step in zip(found, fit.tolist(), steps, strict=True)
    ]
    return Candidates(
        fit=fit,
        age_h=age,
        heard=heard,
        shown=np.array([one.seen for one in found], np.float64),
        floor=np.array(waits, np.float64),
        hours=hours,
        in_audience=np.array(inside, bool),
        author=np.array([one.person_id for one in found], np.int64),
        duplicates=np.array([one.duplicate_of_id for one in found], np.int64),
        barred=np.array([one.exclusion in _ON_ITS_BOARD_ALONE for one in found], bool),
        answers=np.array([not one.is_starter for one in found], bool),
        seen=np.array([one.post_id in seen for one in found], bool),
        board=np.array([one.board_id for one in found], np.int64),
        passed=_in_line(found, passed_on),
        answered=np.array([one.answerers > 0 for one in found], bool),
    )


def _in_line(found: Sequence[Candidate], passed_on: Mapping[int, PassedOnBy]) -> NDArray[np.int64]:
    """Return the order in which posts that were passed on have their places: what waits longest first, so that nobody
    pushes others' out; not what the reader has opened since, nor what had its visits."""
    due = []
    for place, one in enumerate(found):
        by = passed_on.get(one.post_id)
        if by is not None and not by.is_settled and (one.opened_at is None or one.opened_at < by.at):
            due.append((by.at, place))
    line = np.zeros(len(found), np.int64)
    for number, (_, place) in enumerate(sorted(due), 1):
        line[place] = number
    return line


def fits_of(
    encodings: Sequence[Encoding], boards: Sequence[int], reader_vector: ReaderVector
) -> NDArray[np.float64]:
    """Return how well posts fit a reader."""
    own = np.zeros(BUCKETS, np.float32)
    np.add.at(own, reader_vector.buckets, reader_vector.weights)
    lengths = [len(one.buckets) for one in encodings]
    products = own[_joined([one.buckets for one in encodings], np.uint32)]
    products *= _joined([one.weights for one in encodings], np.float32)
    of_words = np.bincount(np.repeat(np.arange(len(encodings)), lengths), products, len(encodings))
    prior = in_force().interests.board_prior
    return of_words + prior * np.array(
        [reader_vector.boards.get(board_id, 0.0) for board_id in boards], np.float64
    )


def likeness_among(encodings: Sequence[Encoding]) -> Likeness:
    """Return what tells the cosines among some of these texts."""

    def among(places: NDArray[np.intp]) -> NDArray[np.float32]:
        chosen = [encodings[place] for place in places.tolist()]
        buckets, column = np.unique(_joined([one.buckets for one in chosen], np.uint32), return_inverse=True)
        table = np.zeros((len(chosen), len(buckets)), np.float32)
        row = np.repeat(np.arange(len(chosen)), [len(one.buckets) for one in chosen])
        table[row, column] = _joined([one.weights for one in chosen], np.float32)
        alike: NDArray[np.float32] = table @ table.T
        return alike

    return among


@cache
def _of_a_page() -> Select[*tuple[Any, ...]]:
    """Return the query of a reader's page. It is built once: to build it costs more than to run it."""
    followed = PostVector.board_id.in_(bindparam("followed", expanding=True))
    opened = and_(
        ReadMarker.at.is_not(None),
        or_(
            and_(Post.is_starter.is_(True), ReadMarker.at >= Thread.last_post_at),
            and_(Post.is_starter.is_(False), ReadMarker.at >= Post.received),
        ),
    )
    return _find(
        # by the vectors alone, so that a database finds them by two indexes, however many others are young
        or_(followed, PostVector.post_id.in_(bindparam("elsewhere", expanding=True))),
        or_(and_(followed, may_surface()), may_travel()),
        Post.person_id.is_distinct_from(bindparam("person_id")),
        or_(Post.is_starter.is_(True), Hearing.state == HearingState.OPEN),
        listed_on_board(),
        Thread.pinned.is_(False),
        ~opened,
        welcome_to_asker(),
    )


@cache
def _of_posts() -> Select[*tuple[Any, ...]]:
    return _find(
        Post.id.in_(bindparam("post_ids", expanding=True)),
        Post.person_id.is_distinct_from(bindparam("person_id")),
        or_(
            Hearing.state == HearingState.OPEN,
            and_(Hearing.state == HearingState.WAITING, Hearing.thresholds != NOT_PLACED),
        ),
    )


def _find(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    has_promise = and_(Hearing.state == HearingState.OPEN, Hearing.floor > 0)
    return (
        select(
            PostVector.id, Post.id, Post.thread_id, Post.board_id, Post.person_id, Post.is_starter, Hearing.state,
            Hearing.exclusion, func.coalesce(Hearing.begun_at, PostVector.since), Hearing.ends_at, Hearing.floor,
            Hearing.seen, Hearing.qualified, Hearing.answerers, Hearing.thresholds, Hearing.with_followers,
            Hearing.duplicate_of_id, ReadMarker.at,
        )
        .join(Post, Post.id == PostVector.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .outerjoin(Hearing, Hearing.post_id == Post.id)
        .outerjoin(
            ReadMarker,
            and_(ReadMarker.thread_id == Post.thread_id, ReadMarker.reader_id == bindparam("reader_id")),
        )
        .where(PostVector.since > bindparam("since"), *conditions)
        .order_by(
            case((Post.id.in_(bindparam("first", expanding=True)), 0), else_=1),
            case((has_promise, 0), else_=1),
            case((has_promise, Hearing.qualified * 1.0 / Hearing.floor), else_=literal(0.0)),
            PostVector.since.desc(),
            PostVector.post_id,
        )
        .limit(bindparam("most", type_=Integer))
    )  # fmt: skip


def _asked_by(feed_request: FeedRequest) -> dict[str, Any]:
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    return {"reader_id": feed_request.reader_id, "person_id": feed_request.person_id, "since": since}


def _read(session: Session, query: Select[*tuple[Any, ...]], asked: Mapping[str, Any]) -> list[Candidate]:
    rows = session.connection().execute(query, asked).all()
    encodings = read_encodings(session, [row[0] for row in rows])
    return [_candidate(row, encoding) for row, encoding in zip(rows, encodings, strict=True) if encoding]


def _candidate(row: Row[*tuple[Any, ...]], encoding: Encoding) -> Candidate:
    (
        _, post_id, thread_id, board_id, person_id, is_starter, state, exclusion, begun_at, ends_at, floor, seen,
        qualified, answerers, thresholds, with_followers, duplicate_of_id, opened_at,
    ) = row  # fmt: skip
    if state is None:
        return Candidate(
            post_id, thread_id, board_id, person_id or 0, is_starter, encoding, None, Exclusion.NONE, begun_at,
            in_force().hearing.hours, 0, 0, 0, 0, (), False, post_id, opened_at,
        )  # fmt: skip
    return Candidate(
        post_id, thread_id, board_id, person_id or 0, is_starter, encoding, state, exclusion, begun_at,
        max(1.0, (ends_at - begun_at) / _HOUR), floor, seen, qualified, answerers,
        _thresholds(thresholds) if thresholds else (), with_followers, duplicate_of_id or post_id, opened_at,
    )  # fmt: skip


@lru_cache(maxsize=4_000)
def _thresholds(text: str) -> tuple[float, ...]:
    """Return what a hearing's thresholds say: every reader's page asks for the same."""
    return tuple(json.loads(text))


def _in_audience(one: Candidate, fit: float, follows: bool, step: int) -> bool:
    if not one.thresholds:
        return False
    return fit >= one.thresholds[min(step, len(one.thresholds) - 1)] or (one.with_followers and follows)


def _joined(parts: list[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)
