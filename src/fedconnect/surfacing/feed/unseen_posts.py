"""Posts that few have seen, for somebody who does not read here: by the topics that they named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere, may_travel, welcome_to
from fedconnect.surfacing.feed.candidates import fits_of
from fedconnect.surfacing.hearing.post_tokens import read_vector
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import reader_vector_of, shared_words

_MOST_CANDIDATES = 1_000
_WORDS = 3


@dataclass(frozen=True, slots=True)
class UnseenPost:
    """A post that may be brought to somebody; `words` are those for which it fits them."""

    post_id: int
    path: str
    title: str
    board_name: str
    words: tuple[str, ...]
    is_warned: bool


def list_unseen(
    session: Session, handle: str, topics: Sequence[str], had: Collection[int], most: int
) -> list[UnseenPost]:
    """Return overlooked posts for the person of this handle: those that fit their topics, or, where they named
    none, those that the fewest have seen (1 query)."""
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    rows = session.execute(
        select(PostVector, Post.id, Post.warning, Thread.id, Thread.title, Board.id, Board.slug, Board.name)
        .join(Post, Post.id == PostVector.post_id)
        .join(Hearing, Hearing.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            PostVector.since > since,
            Hearing.is_starter.is_(True),
            Hearing.state.in_((HearingState.OPEN, HearingState.MISSED)),
            or_(Hearing.answerers == 0, Hearing.qualified < Hearing.floor),
            listed_everywhere(),
            may_travel(),
            welcome_to(handle),
        )
        .order_by(Hearing.qualified, Hearing.begun_at)
        .limit(_MOST_CANDIDATES)
    ).all()
    found = [row for row in rows if row[1] not in had]
    encodings = [read_vector(row[0]) for row in found]
    parameters = in_force()
    reader_vector = reader_vector_of(
        InterestProfile(), topics, (), parameters.encoder.terms_a_reader, parameters.interests
    )
    order = list(range(len(found)))
    if topics:
        fits = fits_of(encodings, [row[5] for row in found], reader_vector)
        order = sorted((place for place in order if fits[place] > 0), key=lambda place: -fits[place])
    return [
        UnseenPost(
            found[place][1],
            f"/boards/{found[place][6]}/threads/{found[place][3]}",
            found[place][4],
            found[place][7],
            tuple(shared_words(reader_vector, encodings[place], _WORDS)),
            bool(found[place][2]),
        )
        for place in order[:most]
    ]
