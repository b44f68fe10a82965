"""A reader who asks: what they told us, what we learnt, what they may be matched by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    cast,
    literal,
    or_,
    select,
    union_all,
)
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
class PassedOnBy:
    """Who passed a post on, and why."""

    handle: str
    sentence: str


@dataclass(frozen=True, slots=True)
class StatedPreferences:
    """What a reader told us: topics, boards that they follow (`home` from their account, `here` on these
    pages), and the words with which posts were passed on to them or to those boards, by post id."""

    topics: tuple[str, ...] = ()
    follows: Mapping[int, str] = field(default_factory=dict)
    passed_on: Mapping[int, PassedOnBy] = field(default_factory=dict)


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
    followed = union_all(
        select(LocalFollow.board_id).where(LocalFollow.reader_id == feed_request.reader_id),
        select(Follow.board_id).where(Follow.person_id == feed_request.person_id),
    )
    handle = literal("@") + Person.username + "@" + Person.handle_host
    rows = session.execute(
        union_all(
            _preference(_PreferenceKind.TOPIC, words=Topic.topic).where(
                Topic.reader_id == feed_request.reader_id
            ),
            _preference(_PreferenceKind.HERE, about=LocalFollow.board_id).where(
                LocalFollow.reader_id == feed_request.reader_id
            ),
            _preference(_PreferenceKind.HOME, about=Follow.board_id).where(
                Follow.person_id == feed_request.person_id
            ),
            _preference(
                _PreferenceKind.PASSED_ON, words=PassedOn.sentence, about=PassedOn.post_id, handle=handle
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
        tuple(sorted(row.words for row in rows if row.kind == _PreferenceKind.TOPIC))[:200],
        {row.about: row.kind for row in rows if row.kind in {_PreferenceKind.HERE, _PreferenceKind.HOME}},
        {
            row.about: PassedOnBy(row.handle, row.words)
            for row in rows
            if row.kind == _PreferenceKind.PASSED_ON
        },
    )


class _PreferenceKind(StrEnum):
    """What a row of `read_preferences` is: its value for a follow is where it was said."""

    TOPIC = "topic"
    HERE = "here"
    HOME = "home"
    PASSED_ON = "passed_on"


def _preference(
    kind: _PreferenceKind,
    *,
    words: SQLColumnExpression[str] | None = None,
    about: SQLColumnExpression[int] | None = None,
    handle: SQLColumnExpression[str] | None = None,
) -> Select[Any]:
    """Return the columns that every kind has, `kind`, `words`, `about` and `handle`, so that one query reads them all."""
    columns: list[ColumnElement[Any]] = [
        literal(str(kind)).label("kind"),
        (cast(literal(None), String) if words is None else words).label("words"),
        (cast(literal(None), BigInteger) if about is None else about).label("about"),
        (cast(literal(None), String) if handle is None else handle).label("handle"),
    ]
    return select(*columns)


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
