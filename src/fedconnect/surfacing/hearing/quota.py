"""How many hearings an author gets in a day: for what they ask and for what they answer apart. What they took back
counts, so that nobody posts the same anew until it is seen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from fedconnect.models.hearing import NOT_PLACED, Exclusion, Hearing
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.parameters import HearingParameters

_DAY = timedelta(days=1)
_NEVER_HEARD = (Exclusion.QUOTA, Exclusion.DUPLICATE)


def is_first(session: Session, hearing: Hearing, post: Post) -> bool:
    """Whether a question is the first post of its author here. One without a name went through a moderator's hands."""
    if hearing.person_id is None:
        return True
    earlier = exists().where(
        Post.person_id == hearing.person_id, Post.id != hearing.post_id, Post.received < post.received
    )
    return hearing.is_starter and not session.execute(select(earlier)).scalar()


def has_quota(session: Session, hearing: Hearing, parameters: HearingParameters) -> bool:
    """Whether a hearing is one of those that its author gets in a day, by what began in the day before it."""
    if hearing.person_id is None:
        return True
    recent: int = session.execute(
        select(func.count(Hearing.id)).where(
            Hearing.person_id == hearing.person_id,
            Hearing.id != hearing.id,
            Hearing.is_starter.is_(hearing.is_starter),
            Hearing.thresholds != NOT_PLACED,
            Hearing.exclusion.not_in(_NEVER_HEARD),
            Hearing.begun_at.between(hearing.begun_at - _DAY, hearing.begun_at),
        )
    ).scalar_one()
    return promise.has_quota(recent, hearing.is_first, parameters, is_answer=not hearing.is_starter)
