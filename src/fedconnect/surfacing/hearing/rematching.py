"""The rematch: every reader with the young posts of all boards, in slices that can stop and go on.

What readers themselves changed counts at once on their page; this finds what else there is for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile, ReaderMatches, Rematch
from fedconnect.models.reader import Reader
from fedconnect.models.visibility import may_travel
from fedconnect.surfacing.hearing import reader_index
from fedconnect.surfacing.hearing.audience import audience_of
from fedconnect.surfacing.hearing.audience_domains import domain_cap
from fedconnect.surfacing.hearing.matching import each_match, posts_matrix, readers_matrix
from fedconnect.surfacing.hearing.pacing import step_of
from fedconnect.surfacing.hearing.post_tokens import read_vector
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.reader_vector import ReaderVector, is_match

MOST_POSTS = 10_000
MATCHES = 50
SLICE = 2_000
_HEARINGS_A_SLICE = 500
_KEPT_AT_ONCE = 250  # in one transaction: everybody else who writes waits for it


def begin_or_go_on() -> None:
    """Begin a rematch, unless one is under way."""
    with database.read_transaction() as session:
        if _running(session) is not None:
            return
        readers: int = session.execute(select(func.count(Reader.id))).scalar_one()
    with database.transaction() as session:
        if _running(session) is not None:
            return
        session.execute(delete(Rematch).where(Rematch.ended_at < clock.now() - timedelta(days=7)))
        session.add(Rematch(begun_at=clock.now(), whole=readers))


def match_next() -> bool:
    """Match the next two thousand readers; return whether there are more. The last slice looks at the
    audiences of running hearings again."""
    with database.read_transaction() as session:
        running = _running(session)
        if running is None:
            return False
        vectorized = list(reader_index.each_vector(session, running.last_reader_id, SLICE))
    if not vectorized:
        _look_at_audiences_again()
        with database.transaction() as session:
            ended = _running(session)
            if ended is not None:
                ended.ended_at = clock.now()
        return False
    with database.read_transaction() as session:
        vectors = _young_posts(session)
        boards = list(session.execute(select(Board.id)).scalars())
    found = _matches([reader_vector for _, reader_vector in vectorized], vectors, boards)
    matches = [
        (reader.id, posts if reader_vector.words else [])
        for (reader, reader_vector), posts in zip(vectorized, found, strict=True)
    ]
    for start in range(0, len(matches), _KEPT_AT_ONCE):
        with database.transaction() as session:
            _keep(session, dict(matches[start : start + _KEPT_AT_ONCE]))
    with database.transaction() as session:
        under_way = _running(session)
        if under_way is not None:
            under_way.done += len(vectorized)
            under_way.last_reader_id = vectorized[-1][0].id
    return True


def progress(session: Session) -> tuple[int, int] | None:
    """Return how many readers are matched, and how many there are, while a rematch is under way."""
    running = _running(session)
    return (running.done, running.whole) if running is not None else None


def _running(session: Session) -> Rematch | None:
    return session.execute(
        select(Rematch).where(Rematch.ended_at.is_(None)).order_by(Rematch.id).limit(1)
    ).scalar_one_or_none()


def _young_posts(session: Session) -> Sequence[PostVector]:
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    return (
        session.execute(
            select(PostVector)
            .join(Post, Post.id == PostVector.post_id)
            .join(Person, Person.id == Post.person_id)
            .where(PostVector.since > since, Post.is_starter.is_(True), may_travel())
            .order_by(PostVector.since.desc(), PostVector.post_id)
            .limit(MOST_POSTS)
        )
        .scalars()
        .all()
    )


def _matches(
    reader_vectors: Sequence[ReaderVector], vectors: Sequence[PostVector], boards: Sequence[int]
) -> list[list[int]]:
    """Return each reader's best posts; what only their boards have in common with them is on their page anyway."""
    if not vectors:
        return [[] for _ in reader_vectors]
    readers = readers_matrix(
        [_without_boards(reader_vector) for reader_vector in reader_vectors], boards, in_force().interests
    )
    encodings = [read_vector(vector) for vector in vectors]
    posts = posts_matrix(encodings, [0] * len(vectors), readers)
    return [
        [
            vectors[place].post_id
            for place, fit in zip(places.tolist(), fits.tolist(), strict=True)
            if is_match(own, fit, encodings[place])
        ]
        for own, (places, fits) in zip(reader_vectors, each_match(readers.rows, posts, MATCHES), strict=True)
    ]


def _without_boards(reader_vector: ReaderVector) -> ReaderVector:
    return replace(reader_vector, boards={})


def _keep(session: Session, found: Mapping[int, Sequence[int]]) -> None:
    """Keep what was found for some readers (4 queries)."""
    profiles = select(Profile.reader_id, Profile.epoch).where(Profile.reader_id.in_(found))
    epochs = {row[0]: row[1] for row in session.execute(profiles)}
    known = set(
        session.execute(select(ReaderMatches.reader_id).where(ReaderMatches.reader_id.in_(found))).scalars()
    )
    table, now = table_of(ReaderMatches), clock.now()
    rows = {
        reader: {"epoch": epochs.get(reader, 0), "packed": np.array(posts, "<i8").tobytes(), "at": now}
        for reader, posts in found.items()
    }
    if changed := [{"whose": reader, **rows[reader]} for reader in known]:
        session.connection().execute(update(table).where(table.c.reader_id == bindparam("whose")), changed)
    fresh = [reader for reader, posts in found.items() if posts and reader not in known]
    if fresh:
        session.execute(
            insert_or_skip(session, table),
            [{"id": new_id(), "reader_id": reader, **rows[reader]} for reader in fresh],
        )


def _look_at_audiences_again() -> None:
    """Readers come and change: the running hearings' audiences follow."""
    after = 0
    while True:
        with database.read_transaction() as session:
            readers = reader_index.get_index(session)
            rows = session.execute(
                select(Hearing, PostVector)
                .join(PostVector, PostVector.post_id == Hearing.post_id)
                .where(Hearing.state == HearingState.OPEN, Hearing.id > after)
                .order_by(Hearing.id)
                .limit(_HEARINGS_A_SLICE)
            ).all()
        if not rows:
            return
        table, changes = table_of(Hearing), []
        with database.read_transaction() as session:
            for hearing, vector in rows:
                fits = readers.fits(read_vector(vector), vector.board_id)
                audience = audience_of(fits, readers.count, in_force().audience)
                thresholds = json.dumps([round(one, 6) for one in audience.thresholds])
                cap = domain_cap(session, hearing, readers, fits, audience, _step(hearing))
                changes.append(
                    {
                        "which": hearing.id, "thresholds": thresholds, "domain_cap": cap,
                        "with_followers": audience.with_followers,
                    }
                )  # fmt: skip
        with database.transaction() as session:
            session.connection().execute(update(table).where(table.c.id == bindparam("which")), changes)
        after = rows[-1][0].id


def _step(hearing: Hearing) -> int:
    """Return how often a hearing's audience is doubled by now."""
    hour = timedelta(hours=1)
    age = np.array([(clock.now() - hearing.begun_at) / hour])
    hours = np.array([max(1.0, (hearing.ends_at - hearing.begun_at) / hour)])
    seen, floor = np.array([hearing.qualified], np.float64), np.array([hearing.floor], np.float64)
    return int(step_of(age, seen, floor, hours, in_force().hearing.pace)[0])
