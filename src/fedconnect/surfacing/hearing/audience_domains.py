"""Where the readers in the audience of a post come from, and so how many of one domain count for its hearing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import Hearing
from fedconnect.models.person import Person
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.hearing.audience import Audience
from fedconnect.surfacing.hearing.impressions import domain_of
from fedconnect.surfacing.hearing.matching import ABSENT, EXEMPT, Origins, ReaderIndex


def origins_of(session: Session, readers: Sequence[int]) -> Origins:
    """Return where all readers of a desk come from, in its order (1 query). Whoever does not want to count is
    nobody on whom a hearing could wait."""
    now = clock.now()
    counts = or_(Profile.id.is_(None), Profile.counts_views)
    rows = session.execute(
        select(Reader.id, Person.id, Person.host, Person.born_at, Reader.joined_at)
        .join(Person, Person.id == Reader.person_id)
        .outerjoin(Profile, Profile.reader_id == Reader.id)
        .where(counts, Person.gone_at.is_(None))
    )
    numbers: dict[str | None, int] = {None: EXEMPT}
    found: dict[int, tuple[int, int]] = {}
    for reader_id, person_id, host, born_at, joined_at in rows:
        domain = domain_of(host, born_at or joined_at, now)
        found[reader_id] = (person_id, numbers.setdefault(domain, len(numbers)))
    table = np.array([found.get(one, (0, ABSENT)) for one in readers], np.int64).reshape(-1, 2)
    return Origins(np.array(readers, np.int64), table[:, 0], table[:, 1])


def domain_cap(
    session: Session,
    one: Hearing,
    readers: ReaderIndex,
    fits: NDArray[np.float32],
    audience: Audience,
    step: int,
) -> int:
    """Return how many readers of one domain count for a hearing, by who is in its audience (at most 1 query)."""
    assert readers.origins is not None
    inside = fits >= audience.threshold(step)
    if audience.with_followers:
        inside |= np.isin(readers.origins.readers, _followers(session, one.board_id))
    inside &= readers.origins.persons != (one.person_id or 0)
    numbers = readers.origins.domains[inside]
    _, counts = np.unique(numbers[numbers >= 0], return_counts=True)
    return promise.domain_cap(one.floor, counts.tolist(), int((numbers == EXEMPT).sum()))


def _followers(session: Session, board_id: int) -> Sequence[int]:
    here = select(LocalFollow.reader_id).where(LocalFollow.board_id == board_id)
    home = (
        select(Reader.id)
        .join(Follow, Follow.person_id == Reader.person_id)
        .where(Follow.board_id == board_id)
    )
    return session.execute(here.union(home)).scalars().all()
