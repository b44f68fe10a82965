"""What a reader let us learn of what they care for; theirs to see, take along, reset and switch off."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class Order(StrEnum):
    """How a reader's own page is ordered."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


class Profile(Row):
    """A reader's interests and choices.

    `learns` is empty until they were asked. `is_personal`: false where they want nothing chosen for them.
    `counts_views`: whether what they see counts for a post's hearing. `liked`, `disliked` and `boards`
    are JSON, weights by word and by board id, as of `at` (days since 1970). `epoch` grows with each reset.
    """

    __tablename__ = "profile"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), unique=True)
    learns: Mapped[bool | None]
    is_personal: Mapped[bool] = mapped_column(default=True)
    counts_views: Mapped[bool] = mapped_column(default=True)
    order: Mapped[Order] = mapped_column("page_order", state_column(Order), default=Order.RELEVANCE)
    liked: Mapped[str] = mapped_column(Text, default="{}")
    disliked: Mapped[str] = mapped_column(Text, default="{}")
    boards: Mapped[str] = mapped_column(Text, default="{}")
    at: Mapped[float] = mapped_column(default=0.0)
    epoch: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class ReaderMatches(Row):
    """The posts of all boards that fit a reader best, as the last rematch found them (post ids, packed).

    `epoch` is the profile's then: after a reset they no longer count.
    """

    __tablename__ = "reader_matches"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), unique=True)
    epoch: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Rematch(Row):
    """How far the rematch of all readers is: `done` of `whole`, or ended."""

    __tablename__ = "rematch"

    begun_at: Mapped[datetime]
    whole: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    last_reader_id: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class OptOut(Row):
    """An author's no: their posts are not surfaced, on one board or, where it is empty, on any."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("person_id", "board_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    at: Mapped[datetime]
