"""A reader who asks: what they told us, what we learnt, what they may be matched by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from sqlalchemy import BigInteger, String, cast, literal, or_, select, union_all
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.person import Person
from fedconnect.models.profile import PassedOn, Profile, ReaderMatches
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Topic
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.profiles import choices_of, read_interests
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of


@dataclass(frozen=True, slots=True)
class Word:
    """Who passed a post on, and why."""

    handle: str
    sentence: str


@dataclass(frozen=True, slots=True)
class StatedPreferences:
    """What a reader told us: topics, boards that they follow (`home` from their account, `here` on these
    pages), and the words with which posts were passed on to them or to those boards, by post id."""

    topics: tuple[str, ...] = ()
    follows: Mapping[int, str] = field(default_factory=dict)
    passed_on: Mapping[int, Word] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a reader brings to a page; `matched` are posts that the last rematch found."""

    profile: Profile | None
    told: StatedPreferences
    reader_vector: ReaderVector
    matched: tuple[int, ...]


def read_preferences(session: Session, feed_request: FeedRequest) -> StatedPreferences:
    """Return what a reader told us (1 query)."""
    since = clock.now() - timedelta(days=in_force().ranking.life_days)
    nothing = cast(literal(None), String)
    followed = union_all(
        select(LocalFollow.board_id).where(LocalFollow.reader_id == feed_request.reader_id),
        select(Follow.board_id).where(Follow.person_id == feed_request.person_id),
    )
    rows = session.execute(
        union_all(
            select(literal("topic"), Topic.topic, cast(literal(None), BigInteger)).where(
                Topic.reader_id == feed_request.reader_id
            ),
            select(literal("here"), nothing, LocalFollow.board_id).where(
                LocalFollow.reader_id == feed_request.reader_id
            ),
            select(literal("home"), nothing, Follow.board_id).where(
                Follow.person_id == feed_request.person_id
            ),
            select(
                literal("passed"),
                literal("@") + Person.username + "@" + Person.handle_host + "\n" + PassedOn.sentence,
                PassedOn.post_id,
            )
            .join(Reader, Reader.id == PassedOn.by_id)
            .join(Person, Person.id == Reader.person_id)
            .where(
                or_(PassedOn.to_reader_id == feed_request.reader_id, PassedOn.to_board_id.in_(followed)),
                PassedOn.at > since,
            ),
        )
    ).all()
    return StatedPreferences(
        tuple(sorted(row[1] for row in rows if row[0] == "topic"))[:200],
        {row[2]: row[0] for row in rows if row[0] in {"here", "home"}},
        {row[2]: Word(*row[1].split("\n", 1)) for row in rows if row[0] == "passed"},
    )


def load_viewer(session: Session, feed_request: FeedRequest, told: StatedPreferences) -> Viewer:
    """Return what a reader may be matched by (1 query)."""
    profile, matches = session.execute(
        select(Profile, ReaderMatches)
        .select_from(Reader)
        .outerjoin(Profile, Profile.reader_id == Reader.id)
        .outerjoin(ReaderMatches, ReaderMatches.reader_id == Reader.id)
        .where(Reader.id == feed_request.reader_id)
    ).one()
    is_personal = choices_of(profile).is_personal
    parameters = in_force()
    reader_vector = reader_vector_of(
        read_interests(profile), told.topics if is_personal else (), told.follows,
        parameters.encoder.terms_a_reader, parameters.interests,
    )  # fmt: skip
    counts = matches is not None and is_personal and matches.epoch == (profile.epoch if profile else 0)
    return Viewer(
        profile, told, reader_vector, tuple(np.frombuffer(matches.packed, "<i8").tolist()) if counts else ()
    )
