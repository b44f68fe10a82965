"""Which showings count for a hearing: whose, and whether by somebody of the post's audience."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from fedconnect.foundation import clock, database
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.profile.feed_request import FeedRequest


def judge_showings(showings: Sequence[Showing]) -> dict[Showing, bool]:
    """Return what counts as seen, and whether by somebody of the post's audience; opens its own transactions.

    What is seen by who joined less than a day ago counts for nothing: they could make a post look heard, or much
    seen. (What an account's own server says of its age is its server's to say.)
    """
    from fedconnect.surfacing.feed import feed  # noqa: PLC0415  numpy comes with the first reader, not at the start

    now = clock.now()
    judged: dict[Showing, bool] = {}
    for reader_id in {showing.reader_id for showing in showings}:
        own = [showing for showing in showings if showing.reader_id == reader_id]
        with database.read_transaction() as session:
            row = session.execute(
                select(Reader, Person)
                .join(Person, Person.id == Reader.person_id)
                .where(Reader.id == reader_id)
            ).one_or_none()
            if row is None:
                continue
            reader, person = row
            if not impressions.is_old_enough(reader.joined_at, now):
                continue
            feed_request = FeedRequest(reader.id, person.id, person.handle)
            qualifying = feed.who_qualifies(session, feed_request, [one.post_id for one in own])
        judged.update({one: one.post_id in qualifying for one in own})
    return judged
