"""What the letters of an hour are drawn from, so that those of different people hold different posts.

An hour costs two queries for the pool (a thousand posts at most) and one for who draws; each of at most five hundred who
draw two more and a short transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING

from fedconnect.foundation import database
from fedconnect.surfacing.hearing import lot

from . import subscribers
from .subscribers import Subscriber

if TYPE_CHECKING:
    from fedconnect.meaning.thesaurus import Thesaurus
    from fedconnect.surfacing.feed.unseen_posts import OverlookedPost


class Pool:
    """Overlooked posts 6 to 48 hours old, how many letters hold each already, and which words stand near topics."""

    def __init__(
        self, posts: Sequence[OverlookedPost], held: Counter[int], dice: Random, near: Thesaurus | None = None
    ) -> None:
        self._posts, self._held, self._dice, self._near = posts, held, dice, near

    def draw(self, subscriber: Subscriber, had: Collection[int], most: int) -> list[int]:
        """Return at most `most` posts for somebody, by lot."""
        from fedconnect.surfacing.feed.unseen_posts import draw  # noqa: PLC0415  numpy comes with the first letter

        return draw(
            self._posts,
            subscriber.person_uri,
            subscriber.topics,
            had,
            self._held,
            most,
            self._dice,
            self._near,
        )

    def hold(self, post_ids: Iterable[int]) -> None:
        """Let posts stand in one more letter."""
        self._held.update(post_ids)


def fill_pool(dice: Random = lot.DICE) -> Pool:
    """Return what letters are drawn from now."""
    from fedconnect.meaning.learnt_thesaurus import thesaurus  # noqa: PLC0415  as above
    from fedconnect.surfacing.feed.unseen_posts import list_overlooked  # noqa: PLC0415  as above

    with database.read_transaction() as session:
        posts = list_overlooked(session)
        held = subscribers.count_letters(session, [one.post_id for one in posts])
        near = thesaurus(session)
    return Pool(posts, held, dice, near)
