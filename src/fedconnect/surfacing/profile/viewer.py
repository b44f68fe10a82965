"""A reader who asks: what they told us, what we learnt, what they may be matched by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.meaning.learnt_thesaurus import thesaurus
from fedconnect.models.board import Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.passed_on import LIFE, VISIT, VISITS, PassedOn, meant_for, passed_on_to, to_whom
from fedconnect.models.profile import Profile, ReaderMatches
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Topic
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.surfacing.profile.profiles import choices_of, read_interests
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of


@dataclass(frozen=True, slots=True)
class PassedOnBy:
    """Who passed a post on, why and when. `is_settled`: it had its visits, and no place is reserved for it any more."""

    handle: str
    sentence: str
    at: datetime
    is_settled: bool = False


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
    """Return what a reader told us (1 query, 1 more where anything was passed on to them)."""
    whose = (feed_request.reader_id, feed_request.person_id, clock.now())
    rows = session.connection().execute(_preferences(), to_whom(*whose)).all()
    return StatedPreferences(
        tuple(sorted(row.words for row in rows if row.kind == _PreferenceKind.TOPIC))[:200],
        {row.about: row.kind for row in rows if row.kind in {_PreferenceKind.HERE, _PreferenceKind.HOME}},
        _read_passed_on(
            session, [row.about for row in rows if row.kind == _PreferenceKind.PASSED_ON], *whose
        ),
    )


def _read_passed_on(
    session: Session, ids: Sequence[int], reader_id: int, person_id: int, now: datetime
) -> dict[int, PassedOnBy]:
    """Return what was passed on this week, by post; of several the one that was meant for this reader, or the latest."""
    found: dict[int, PassedOnBy] = {}
    if not ids:
        return found
    wanted = passed_on_to(ids, reader_id, person_id, now)
    for passed, sender, place, _ in session.execute(wanted.where(PassedOn.at > now - LIFE)):
        settled = place is not None and place.visits >= VISITS and now - place.at >= VISIT
        found.setdefault(
            passed.post_id, PassedOnBy(sender.handle, passed.sentence, passed.at, is_settled=settled)
        )
    return found


@cache
def _preferences() -> CompoundSelect[*tuple[Any, ...]]:
    """Return the query of all of these, built once; asked with `to_whom`."""
    meant = meant_for().subquery()
    reader_id: BindParameter[int] = bindparam("reader_id")
    person_id: BindParameter[int] = bindparam("person_id")
    return union_all(
        _preference(_PreferenceKind.TOPIC, words=Topic.topic).where(Topic.reader_id == reader_id),
        _preference(_PreferenceKind.HERE, about=LocalFollow.board_id).where(
            LocalFollow.reader_id == reader_id
        ),
        _preference(_PreferenceKind.HOME, about=Follow.board_id).where(Follow.person_id == person_id),
        _preference(_PreferenceKind.PASSED_ON, about=meant.c.id),
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
) -> Select[Any]:
    """Return the columns that every kind has, `kind`, `words` and `about`, so that one query reads them all."""
    columns: list[ColumnElement[Any]] = [
        literal(str(kind)).label("kind"),
        (cast(literal(None), String) if words is None else words).label("words"),
        (cast(literal(None), BigInteger) if about is None else about).label("about"),
    ]
    return select(*columns)


def load_viewer(session: Session, feed_request: FeedRequest, told: StatedPreferences) -> Viewer:
    """Return what a reader may be matched by (1 query; the thesaurus every ten minutes)."""
    profile, matches = session.execute(_profile_of(), {"reader_id": feed_request.reader_id}).one()
    is_personal = choices_of(profile).is_personal
    parameters = in_force()
    reader_vector = reader_vector_of(
        read_interests(profile), told.topics if is_personal else (), told.follows,
        parameters.encoder.terms_a_reader, parameters.interests, thesaurus(session),
    )  # fmt: skip
    counts = matches is not None and is_personal and matches.epoch == (profile.epoch if profile else 0)
    return Viewer(
        profile, told, reader_vector, tuple(np.frombuffer(matches.packed, "<i8").tolist()) if counts else ()
    )


@cache
def _profile_of() -> Select[Profile, ReaderMatches]:
    return (
        select(Profile, ReaderMatches)
        .select_from(Reader)
        .outerjoin(Profile, Profile.reader_id == Reader.id)
        .outerjoin(ReaderMatches, ReaderMatches.reader_id == Reader.id)
        .where(Reader.id == bindparam("reader_id"))
    )
