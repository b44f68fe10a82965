"""Posts that few have seen, for somebody who does not read here: drawn by lot for them, and asked about again when they are sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.meaning.learnt_thesaurus import thesaurus
from fedconnect.meaning.thesaurus import Thesaurus
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_everywhere, may_travel, welcome_to
from fedconnect.surfacing.encoder import Encoding
from fedconnect.surfacing.feed.candidates import fits_of
from fedconnect.surfacing.hearing import lot
from fedconnect.surfacing.hearing.post_tokens import read_vector
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import (
    ReaderVector,
    is_match,
    near_topic,
    reader_vector_of,
    shared_words,
)

MOST_OVERLOOKED = 1_000
_WORDS = 3


@dataclass(frozen=True, slots=True)
class OverlookedPost:
    """A post from which letters may draw, and what it lacks of its promise."""

    post_id: int
    board_id: int
    author_uri: str
    encoding: Encoding
    lack: float


@dataclass(frozen=True, slots=True)
class UnseenPost:
    """A post that may be brought to somebody; `words` are those for which it fits them."""

    post_id: int
    path: str
    title: str
    board_name: str
    words: tuple[str, ...]
    is_warned: bool


def list_overlooked(session: Session) -> list[OverlookedPost]:
    """Return the posts from which letters may draw: 6 to 48 hours old, the least seen first, a thousand at most (1 query)."""
    now = clock.now()
    rows = session.execute(
        select(
            PostVector,
            Post.id,
            Post.board_id,
            Person.uri,
            Hearing.floor,
            Hearing.qualified,
            Hearing.answerers,
        )
        .join(Post, Post.id == PostVector.post_id)
        .join(Hearing, Hearing.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Hearing.begun_at.between(now - lot.DRAWN_UNTIL, now - lot.DRAWN_FROM),
            *_overlooked(),
        )
        .order_by(Hearing.qualified, Hearing.begun_at)
        .limit(MOST_OVERLOOKED)
    )
    return [
        OverlookedPost(
            post_id, board_id, author_uri, read_vector(vector), lot.lack(floor, qualified, answerers)
        )
        for vector, post_id, board_id, author_uri, floor, qualified, answerers in rows
    ]


def draw(
    posts: Sequence[OverlookedPost],
    person_uri: str,
    topics: Sequence[str],
    had: Collection[int],
    held: Mapping[int, int],
    most: int,
    dice: Random = lot.DICE,
    near: Thesaurus | None = None,
) -> list[int]:
    """Return the ids of at most `most` posts for somebody, by lot: what lacks more, fits their topics, with words that stand
    `near` them, better and is `held` by fewer letters is drawn more often. Never their own, nor what they have had, nor what
    has nothing of their topics."""
    own = [one for one in posts if one.post_id not in had and one.author_uri != person_uri]
    fits = [1.0] * len(own)
    if topics:
        vector = _vector_of(topics, near)
        found = fits_of([one.encoding for one in own], [one.board_id for one in own], vector).tolist()
        fits = [
            fit if is_match(vector, fit, one.encoding) else 0.0 for fit, one in zip(found, own, strict=True)
        ]
    weights = [
        lot.weight(one.lack, fit, held.get(one.post_id, 0)) for one, fit in zip(own, fits, strict=True)
    ]
    return [own[place].post_id for place in lot.draw(weights, most, dice)]


def list_unseen(
    session: Session, handle: str, topics: Sequence[str], post_ids: Sequence[int]
) -> list[UnseenPost]:
    """Return those of some posts that are still overlooked and may be brought to the person of this handle, in the order
    asked: their authors' consent is that of this moment (1 query)."""
    rows = session.execute(
        select(PostVector, Post.id, Post.warning, Thread.id, Thread.title, Board.slug, Board.name)
        .join(Post, Post.id == PostVector.post_id)
        .join(Hearing, Hearing.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.id.in_(post_ids), *_overlooked(), welcome_to(handle))
    )
    vector = _vector_of(topics, thesaurus(session))
    found = {
        post_id: UnseenPost(
            post_id, f"/boards/{slug}/threads/{thread_id}", title, board_name,
            _why(vector, read_vector(stored)), bool(warning),
        )
        for stored, post_id, warning, thread_id, title, slug, board_name in rows
    }  # fmt: skip
    return [found[post_id] for post_id in post_ids if post_id in found]


def _overlooked() -> tuple[ColumnElement[bool], ...]:
    return (
        Hearing.is_starter.is_(True),
        Hearing.state.in_((HearingState.OPEN, HearingState.MISSED)),
        or_(Hearing.answerers == 0, Hearing.qualified < Hearing.floor),
        listed_everywhere(),
        may_travel(),
    )


def _vector_of(topics: Sequence[str], near: Thesaurus | None) -> ReaderVector:
    parameters = in_force()
    return reader_vector_of(
        InterestProfile(), topics, (), parameters.encoder.terms_a_reader, parameters.interests, near
    )


def _why(vector: ReaderVector, post: Encoding) -> tuple[str, ...]:
    """Return the words of a post that a topic names, or else those that stand near one."""
    return tuple(shared_words(vector, post, _WORDS)) or near_topic(vector, post, _WORDS)[1]
