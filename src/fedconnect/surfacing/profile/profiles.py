"""A reader's profile: asked for once, theirs to see, take along, reset and switch off."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.profile import Order, Profile, ReaderMatches
from fedconnect.surfacing.profile import interests


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader chose; `learns` is empty where they were not asked yet."""

    learns: bool | None = None
    is_personal: bool = True
    counts_views: bool = True
    order: Order = Order.RELEVANCE


def find_profile(session: Session, reader_id: int) -> Profile | None:
    """Return a reader's profile; there is none until they chose something."""
    return session.execute(select(Profile).where(Profile.reader_id == reader_id)).scalar_one_or_none()


def choose(session: Session, reader_id: int, choices: Choices) -> None:
    """Take over what a reader chose. Without learning, what was learnt is forgotten."""
    profile = _ensure(session, reader_id)
    profile.learns, profile.is_personal = choices.learns, choices.is_personal
    profile.counts_views, profile.order = choices.counts_views, choices.order
    if not choices.learns or not choices.is_personal:
        _forget(session, profile)


def choices_of(profile: Profile | None) -> Choices:
    """Return what a reader chose, or what holds until they do."""
    if profile is None:
        return Choices()
    return Choices(profile.learns, profile.is_personal, profile.counts_views, profile.order)


def reset(session: Session, reader_id: int) -> None:
    """Forget everything that was learnt; from the next request on nothing of it is used."""
    profile = _locked(session, reader_id)
    if profile is not None:
        _forget(session, profile)


def read_interests(profile: Profile | None) -> interests.InterestProfile:
    """Return what was learnt of a reader; nothing where they did not say yes, or switched it off."""
    if profile is None or not profile.learns or not profile.is_personal:
        return interests.InterestProfile()
    return interests.InterestProfile(
        json.loads(profile.liked),
        json.loads(profile.disliked),
        {int(board_id): weight for board_id, weight in json.loads(profile.boards).items()},
        profile.at,
    )


def write_interests(profile: Profile, learnt: interests.InterestProfile) -> None:
    """Keep what was learnt of a reader."""
    profile.liked = json.dumps(_rounded(learnt.liked), ensure_ascii=False)
    profile.disliked = json.dumps(_rounded(learnt.disliked), ensure_ascii=False)
    profile.boards = json.dumps(_rounded({str(board_id): w for board_id, w in learnt.boards.items()}))
    profile.at, profile.updated_at = learnt.at, clock.now()


def _locked(session: Session, reader_id: int) -> Profile | None:
    """Return a reader's profile for a change; what another process learns meanwhile waits."""
    return session.execute(
        select(Profile)
        .where(Profile.reader_id == reader_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def _ensure(session: Session, reader_id: int) -> Profile:
    profile = _locked(session, reader_id)
    if profile is None:
        profile = Profile(reader_id=reader_id, learns=None, updated_at=clock.now())
        session.add(profile)
        session.flush()
    return profile


def _forget(session: Session, profile: Profile) -> None:
    write_interests(profile, interests.InterestProfile())
    profile.epoch += 1
    session.execute(delete(ReaderMatches).where(ReaderMatches.reader_id == profile.reader_id))


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {word: round(weight, 4) for word, weight in weights.items() if weight >= 0.0001}
