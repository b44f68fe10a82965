"""The posts of the last week, among which a new one may find what it repeats."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.hearing import Hearing, HearingState, PostVector
from fedconnect.models.post import Post
from fedconnect.surfacing.encoder import Encoding
from fedconnect.surfacing.hearing.near_duplicates import are_near_duplicates
from fedconnect.surfacing.hearing.post_tokens import read_vector
from fedconnect.surfacing.parameters import in_force

_WIDE_NET = 16  # bits of the simhash within which the texts themselves are compared


class RecentPosts:
    """The posts of the last week, to find among them what a new one repeats."""

    def __init__(self, session: Session) -> None:
        since = clock.now() - timedelta(days=in_force().hearing.duplicate_days)
        rows = session.execute(
            select(PostVector.post_id, PostVector.simhash).where(PostVector.since > since)
        ).all()
        self.ids = [row[0] for row in rows]
        self.hashes: NDArray[np.uint64] = np.array([row[1] for row in rows], np.int64).view(np.uint64)

    def duplicate_of(self, session: Session, post: Post, encoding: Encoding) -> int | None:
        """Return the first of the earlier posts that say the same; None too where it was its author's own, and its
        time was over before it was heard: they may ask again."""
        own = np.array([encoding.simhash], np.int64).view(np.uint64)
        near = np.flatnonzero(np.bitwise_count(self.hashes ^ own) <= _WIDE_NET).tolist()
        candidates = [self.ids[place] for place in near if self.ids[place] != post.id][:50]
        if not candidates:
            return None
        is_earlier = or_(
            PostVector.since < post.received,
            and_(PostVector.since == post.received, PostVector.post_id < post.id),
        )
        asks_again = exists().where(
            Hearing.post_id == PostVector.post_id,
            Hearing.person_id == post.person_id,
            Hearing.state == HearingState.MISSED,
            Hearing.answerers == 0,
        )
        earlier = (
            select(PostVector)
            .where(PostVector.post_id.in_(candidates), is_earlier, ~asks_again)
            .order_by(PostVector.since, PostVector.post_id)
        )
        for vector in session.execute(earlier).scalars():
            if are_near_duplicates(encoding, read_vector(vector), in_force().hearing):
                return vector.post_id
        return None

    def add(self, post_id: int, encoding: Encoding) -> None:
        """Take a post in."""
        self.ids.append(post_id)
        self.hashes = np.append(self.hashes, np.array([encoding.simhash], np.int64).view(np.uint64))
