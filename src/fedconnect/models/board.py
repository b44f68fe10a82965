"""A topic: an ActivityPub Group that people follow and write to; who looks after it; who follows it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation import clock
from fedconnect.models.base import Row, state_column


class Board(Row):
    """A topic board. `summary` is plain text that its creator wrote.

    `takes_unaddressed`: answers that do not name the board are shown in their thread, marked.
    `hides_authors`: its lists go without names. `is_discreet`: its pages offer a quick exit and ask search
    engines to stay away.
    `hearing_floor` qualified impressions in `hearing_hours` are promised to each post; its moderators set both. `companion_boosts`: how many quiet posts its companion boosts a day at most.
    `hashtags_followed`: hashtags with the handle of whose token reads them, one a line, as its page says.
    `attended_at` is when a moderator was last seen; `holds_after_hours` without one, new threads wait (0: never).
    `open_from` to `open_to` are the hours, in `zone`, in which somebody usually looks. `slow_minutes` must pass
    between two posts of one author. `holds_first_posts`: an author's first post here waits for a look.
    `threads_a_stranger` and `threads_a_server` are how many threads of people not seen before are shown within an hour,
    by one of them and by all of one server; more wait.
    `wants_moderators`: the board asks for people who look after it.
    `takes_anonymous`: people may ask without their name. `is_local_only`: it does not federate, and its posts are
    sealed; that is for good.
    `also_known_as` are actor ids, one a line; `moved_to` is where the board went.
    `tint` is one of six hues (0 to 5; None: by the slug), `picture` the digest of an OwnPicture or empty; boards are listed by
    `position`, then by name. Since `archived_at` it takes no posts and is on no list.
    """

    __tablename__ = "board"

    slug: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    created_at: Mapped[datetime]
    welcome_post_id: Mapped[int | None]
    takes_unaddressed: Mapped[bool] = mapped_column(default=True)
    also_known_as: Mapped[str] = mapped_column(Text, default="")
    moved_to: Mapped[str | None] = mapped_column(String(2048))
    hides_authors: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_discreet: Mapped[bool] = mapped_column(default=False, server_default=false())
    hearing_floor: Mapped[int] = mapped_column(default=10, server_default="10")
    hearing_hours: Mapped[int] = mapped_column(default=48, server_default="48")
    companion_boosts: Mapped[int] = mapped_column(default=3, server_default="3")
    hashtags_followed: Mapped[str] = mapped_column(Text, default="", server_default="")
    attended_at: Mapped[datetime | None]
    holds_after_hours: Mapped[int] = mapped_column(default=72, server_default="72")
    open_from: Mapped[int] = mapped_column(default=8, server_default="8")
    open_to: Mapped[int] = mapped_column(default=20, server_default="20")
    zone: Mapped[str] = mapped_column(String(40), default="UTC", server_default="UTC")
    slow_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    holds_first_posts: Mapped[bool] = mapped_column(default=False, server_default=false())
    threads_a_stranger: Mapped[int] = mapped_column(default=3, server_default="3")
    threads_a_server: Mapped[int] = mapped_column(default=19, server_default="19")
    wants_moderators: Mapped[bool] = mapped_column(default=False, server_default=false())
    takes_anonymous: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_local_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    tint: Mapped[int | None]
    picture: Mapped[str] = mapped_column(String(64), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    archived_at: Mapped[datetime | None]

    @property
    def is_archived(self) -> bool:
        """Whether it can be read alone, and is on no list."""
        return self.archived_at is not None

    @property
    def path(self) -> str:
        """Where people read it."""
        return f"/{'here' if self.is_local_only else 'boards'}/{self.slug}"


class Moderator(Row):
    """Somebody who looks after a board, by actor uri; a deputy is called where nobody else looks in time."""

    __tablename__ = "moderator"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    is_deputy: Mapped[bool] = mapped_column(default=False, server_default=false())


class Follow(Row):
    """A person's wish to receive a board's announcements; `uri` is their Follow activity. Their actor was read anew at
    `checked_at`, or put off to a month after it."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    uri: Mapped[str] = mapped_column(String(2048), index=True)
    since: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(default=clock.now, index=True)


class LinkedGroupState(StrEnum):
    """asked → accepted, when the other Group's own Accept has come."""

    ASKED = "asked"
    ACCEPTED = "accepted"


class LinkedGroup(Row):
    """A remote Group that a board follows, so that the same topic need not be split. `uri` is the Follow: boards with the same
    sister share one, since one actor of ours follows for all of them."""

    __tablename__ = "linked_group"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    uri: Mapped[str] = mapped_column(String(400), index=True)
    state: Mapped[LinkedGroupState] = mapped_column(
        state_column(LinkedGroupState), default=LinkedGroupState.ASKED
    )
    since: Mapped[datetime]
