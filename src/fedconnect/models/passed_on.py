"""What somebody passed on, with a sentence, and the place that it has on a reader's own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from fedconnect.models.base import Row
from fedconnect.models.board import Follow
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.decision import Ban
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute
from fedconnect.models.visibility import against

KEPT = timedelta(days=30)  # a sentence, and what its reader was told of it
LIFE = timedelta(days=7)  # for so long it is brought to anybody
VISITS = 3  # of a reader who leaves it be, then it has no place of its own any more
VISIT = timedelta(hours=1)  # pages of one hour are one visit
MOST = 50
Sender = aliased(Person)


class PassedOn(Row):
    """A quiet post that somebody passed on to a board's followers or to one person, with one sentence why. To nobody, where
    whom it was meant for is not known here or may not be reached: it counts all the same, so that nobody finds that out.
    """

    __tablename__ = "passed_on"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    to_board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sentence: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]


Index("ix_passed_on_by", PassedOn.by_person_id, PassedOn.at)
Index("ix_passed_on_to_board", PassedOn.to_board_id, PassedOn.at)
Index("ix_passed_on_to_person", PassedOn.to_person_id, PassedOn.at)
Index("ix_passed_on_at", PassedOn.at)


class PassedOnPlace(Row):
    """How often a reader's page had a post that was passed on to them, the last time when, and whether they said "not
    for me". Used for their own page alone."""

    __tablename__ = "passed_on_place"
    __table_args__ = (UniqueConstraint("reader_id", "post_id"),)

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    visits: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(index=True)
    is_dismissed: Mapped[bool] = mapped_column(default=False, server_default=false())


@cache
def meant_for() -> Select[int]:
    """Return the query of what was passed on to somebody or to the boards that they follow: ids, what was meant for them alone
    first, then the latest. Asked first, since mostly there is nothing, and for more than fifty, since some may not reach them.
    It is asked with `to_whom`."""
    followed = union_all(
        select(LocalFollow.board_id).where(LocalFollow.reader_id == bindparam("reader_id")),
        select(Follow.board_id).where(Follow.person_id == bindparam("person_id")),
    )
    young = PassedOn.at > bindparam("kept_since")
    found = union_all(
        select(PassedOn.id, PassedOn.at, literal(0).label("turn")).where(
            PassedOn.to_person_id == bindparam("person_id"), young
        ),
        select(PassedOn.id, PassedOn.at, literal(1)).where(PassedOn.to_board_id.in_(followed), young),
    ).subquery()
    return select(found.c.id).order_by(found.c.turn, found.c.at.desc(), found.c.id.desc()).limit(4 * MOST)


def to_whom(reader_id: int, person_id: int, now: datetime) -> dict[str, int | datetime]:
    """Return for whom `meant_for` is asked, and when."""
    return {"reader_id": reader_id, "person_id": person_id, "kept_since": now - KEPT}


def passed_on_to(
    ids: Sequence[int], reader_id: int, person_id: int, now: datetime
) -> Select[PassedOn, Person, PassedOnPlace, Post]:
    """Return what of that may reach them: (PassedOn, Sender, PassedOnPlace or None, Post), in the same order, at most fifty.

    Not from whom they hide, nor from whom the post's author hides; nor from somebody who may not write on its board.
    Whether the post itself may travel is asked by who shows it. Without what they said "not for me" to.
    """
    author = exists().where(Reader.person_id == Post.person_id, Mute.reader_id == Reader.id, against(Sender))
    banned = exists().where(
        Ban.person_id == Sender.id,
        or_(Ban.board_id == Post.board_id, Ban.board_id == PassedOn.to_board_id),
        or_(Ban.until.is_(None), Ban.until > now),
    )
    distrusted = exists().where(Instance.host == Sender.host, Instance.policy != Policy.OPEN)
    return (
        select(PassedOn, Sender, PassedOnPlace, Post)
        .join(Sender, Sender.id == PassedOn.by_person_id)
        .join(Post, Post.id == PassedOn.post_id)
        .outerjoin(
            PassedOnPlace,
            and_(PassedOnPlace.reader_id == reader_id, PassedOnPlace.post_id == PassedOn.post_id),
        )
        .where(
            PassedOn.id.in_(ids),
            PassedOn.by_person_id != person_id,
            Post.person_id.is_distinct_from(person_id),
            func.coalesce(PassedOnPlace.is_dismissed, False).is_(False),
            Sender.gone_at.is_(None),
            Sender.quarantined_at.is_(None),
            ~exists().where(Mute.reader_id == reader_id, against(Sender)),
            ~author,
            ~banned,
            ~distrusted,
        )
        .order_by(PassedOn.to_person_id.is_(None), PassedOn.at.desc(), PassedOn.id.desc())
        .limit(MOST)
    )
