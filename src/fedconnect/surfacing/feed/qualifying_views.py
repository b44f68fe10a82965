"""Which showings count for a hearing: whose, and whether by somebody of the post's audience."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.models.reader_state import ReadMarker
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.profile.feed_request import FeedRequest

OLD_AT_HOME = timedelta(days=30)
NEW_BOARD = timedelta(days=14)


def judge_showings(showings: Sequence[Showing]) -> dict[Showing, bool]:
    """Return what counts as seen, and whether by somebody of the post's audience; opens its own transactions.

    What is seen by who joined less than a day ago counts for nothing: they could make a post look heard, or much
    seen. What is seen by who never came back, from an account that is new at home too, counts as seen and for no
    hearing, but on a board that is new itself.
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
            asked = [one.post_id for one in own]
            if not _is_known(session, reader, person, now):
                asked = _on_new_boards(session, asked, now)
            qualifying = feed.who_qualifies(session, feed_request, asked)
        judged.update({one: one.post_id in qualifying for one in own})
    return judged


def _is_known(session: Session, reader: Reader, person: Person, now: datetime) -> bool:
    """Whether somebody came back on another day, or their account is a month old at home (at most 2 queries). What their
    server says of that is its own to say; of one domain only a part counts anyway."""
    if person.born_at is not None and now - person.born_at >= OLD_AT_HOME:
        return True
    first, last = session.execute(
        select(func.min(ReadMarker.at), func.max(ReadMarker.at)).where(ReadMarker.reader_id == reader.id)
    ).one()
    if first is not None and first.date() != last.date():
        return True
    spans = select(ReaderSession.begun_at, ReaderSession.seen_at).where(ReaderSession.reader_id == reader.id)
    return any(begun.date() != seen.date() for begun, seen in session.execute(spans))


def _on_new_boards(session: Session, post_ids: Sequence[int], now: datetime) -> list[int]:
    """Return those posts whose boards are new: there nobody can have come back yet."""
    young = (
        select(Post.id)
        .join(Board, Board.id == Post.board_id)
        .where(Post.id.in_(post_ids), Board.created_at > now - NEW_BOARD)
    )
    return list(session.execute(young).scalars())
