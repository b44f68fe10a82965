"""All readers at a worker's desk: their tastes by word, so that a post finds its people."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from fedconnect.foundation import caches
from fedconnect.meaning.learnt_thesaurus import thesaurus
from fedconnect.models.board import Board, Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Topic
from fedconnect.surfacing.hearing.audience_domains import origins_of
from fedconnect.surfacing.hearing.matching import ReaderIndex, readers_matrix
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.profiles import read_interests
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of

_BLOCK = 5_000
_TIMES = 20.0  # so many times as long as it took to set up, a desk is used
_LEAST_S = 2.0
_lock = threading.Lock()
_index: ReaderIndex | None = None
_until = 0.0


def get_index(session: Session) -> ReaderIndex:
    """Return the readers as they were a short while ago; a twentieth of the time at most goes into setting up."""
    global _index, _until
    with _lock:
        if _index is None or time.monotonic() > _until:
            begun = time.monotonic()
            readers, reader_vectors = [], []
            for reader, reader_vector in each_vector(session):
                readers.append(reader.id)
                reader_vectors.append(reader_vector)
            boards = list(session.execute(select(Board.id).order_by(Board.id)).scalars())
            matrix = readers_matrix(reader_vectors, boards, in_force().interests)
            _index = ReaderIndex(matrix, origins_of(session, readers))
            now = time.monotonic()
            _until = now + max(_LEAST_S, _TIMES * (now - begun))
        return _index


@caches.cleared_with_all
def clear() -> None:
    """Set up anew with the next question (tests)."""
    global _index
    with _lock:
        _index = None


def each_vector(
    session: Session, after: int = 0, most: int | None = None
) -> Iterator[tuple[Reader, ReaderVector]]:
    """Give every reader's taste in the order of their ids, those after one of them, in blocks (3 queries each)."""
    left = most
    while left is None or left > 0:
        count = _BLOCK if left is None else min(_BLOCK, left)
        readers = list(
            session.execute(
                select(Reader).where(Reader.id > after).order_by(Reader.id).limit(count)
            ).scalars()
        )
        if not readers:
            return
        yield from zip(readers, vectors_of(session, readers), strict=True)
        after = readers[-1].id
        session.expunge_all()
        left = None if left is None else left - len(readers)


def vectors_of(session: Session, readers: Sequence[Reader]) -> list[ReaderVector]:
    """Return what each of some readers may be matched by (2 queries)."""
    ids = [reader.id for reader in readers]
    profiles = {
        profile.reader_id: profile
        for profile in session.execute(select(Profile).where(Profile.reader_id.in_(ids))).scalars()
    }
    topics, follows = _told(session, readers)
    parameters, near = in_force(), thesaurus(session)
    return [
        reader_vector_of(
            read_interests(profiles.get(reader.id)), topics[reader.id], follows[reader.id],
            parameters.encoder.terms_a_reader, parameters.interests, near,
        )
        if _is_personal(profiles.get(reader.id))
        else reader_vector_of(
            read_interests(None), (), follows[reader.id], parameters.encoder.terms_a_reader, parameters.interests
        )
        for reader in readers
    ]  # fmt: skip


def _is_personal(profile: Profile | None) -> bool:
    return profile is None or profile.is_personal


def _told(session: Session, readers: Sequence[Reader]) -> tuple[dict[int, list[str]], dict[int, list[int]]]:
    """Return the topics that readers named and the boards that they follow, here or from home."""
    of_person = {reader.person_id: reader.id for reader in readers}
    ids = list(of_person.values())
    topics: dict[int, list[str]] = defaultdict(list)
    follows: dict[int, list[int]] = defaultdict(list)
    for reader_id, topic in session.execute(
        select(Topic.reader_id, Topic.topic).where(Topic.reader_id.in_(ids)).order_by(Topic.topic)
    ):
        topics[reader_id].append(topic)
    rows = session.execute(
        union_all(
            select(LocalFollow.reader_id, literal(0), LocalFollow.board_id).where(
                LocalFollow.reader_id.in_(ids)
            ),
            select(literal(0), Follow.person_id, Follow.board_id).where(Follow.person_id.in_(of_person)),
        )
    ).all()
    for reader_id, person_id, board_id in rows:
        follows[reader_id or of_person[person_id]].append(board_id)
    return topics, follows
