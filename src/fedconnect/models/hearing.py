"""The fair hearing of a post: what it was promised, how far it is, and why it ended or never began."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.ids import new_id
from fedconnect.models.base import Moves, Row, state_column


class HearingState(StrEnum):
    """waiting → open → heard, answered or missed; closed where it may not be surfaced (any more)."""

    WAITING = "waiting"
    OPEN = "open"
    HEARD = "heard"
    ANSWERED = "answered"
    MISSED = "missed"
    CLOSED = "closed"


HEARING_MOVES = Moves[HearingState](
    {
        HearingState.WAITING: {HearingState.OPEN, HearingState.ANSWERED, HearingState.CLOSED},
        HearingState.OPEN: {
            HearingState.WAITING, HearingState.HEARD, HearingState.ANSWERED, HearingState.MISSED,
            HearingState.CLOSED,
        },
        HearingState.HEARD: {HearingState.CLOSED},
        HearingState.ANSWERED: {
            HearingState.OPEN, HearingState.WAITING, HearingState.MISSED, HearingState.CLOSED,
        },
        HearingState.MISSED: {HearingState.CLOSED},
        HearingState.CLOSED: {HearingState.WAITING},
    }
)  # fmt: skip


RUNNING = (HearingState.WAITING, HearingState.OPEN)
NOT_PLACED = "[]"  # the thresholds of a hearing that has no audience yet


class Exclusion(StrEnum):
    """Why a post has no hearing."""

    NONE = ""
    QUOTA = "quota"  # over its author's two a day
    DUPLICATE = "twin"  # shares the floor of one that says the same
    AUTHOR = "author"  # its author said no
    WITHDRAWN = "withdrawn"  # deleted, held, removed
    SAFEGUARDING = "safeguarding"  # somebody is in distress: for listeners and moderators alone


class Hearing(Row):
    """One post's progress to its floor of qualified impressions.

    `floor` impressions are promised until `ends_at`; `seen` counts all, `qualified` those of its audience.
    `thresholds` are the least fits of its audience, one for each doubling, as JSON. `domain_cap`: how many
    readers of one registrable domain count (never fewer than a third of the floor). `domains`: how many did
    so far, as JSON by a digest of domain and post; empty where nobody's was counted. `answerers`: other
    people who answered. `duplicate_of_id` is the post whose floor this one shares. `asked_listeners_at`: when a
    listener, or a moderator in their place, was last asked to answer it. `tells_outcome`: its author asked to hear what
    came of it.
    """

    __tablename__ = "hearing"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[HearingState] = mapped_column(state_column(HearingState), default=HearingState.WAITING)
    exclusion: Mapped[Exclusion] = mapped_column(state_column(Exclusion), default=Exclusion.NONE)
    is_starter: Mapped[bool]
    is_first: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    floor: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    qualified: Mapped[int] = mapped_column(default=0)
    answerers: Mapped[int] = mapped_column(default=0)
    first_answer_at: Mapped[datetime | None]
    asked_listeners_at: Mapped[datetime | None]
    tells_outcome: Mapped[bool] = mapped_column(default=False, server_default=false())
    thresholds: Mapped[str] = mapped_column(String(200), default=NOT_PLACED)
    with_followers: Mapped[bool] = mapped_column(default=False)
    domain_cap: Mapped[int] = mapped_column(default=0)
    domains: Mapped[str] = mapped_column(Text, default="")
    duplicate_of_id: Mapped[int | None]

    @property
    def was_placed(self) -> bool:
        """Whether it had an audience and a promise at some time: an edit does not ask anew for either."""
        return self.thresholds != NOT_PLACED

    def move(self, new: HearingState) -> None:
        """Change the state; the only way to do so."""
        HEARING_MOVES.check(self.state, new)
        self.state = new


Index("ix_hearing_state", Hearing.state, Hearing.ends_at)
Index("ix_hearing_begun", Hearing.begun_at)
Index(
    "ix_hearing_tells_outcome",
    Hearing.begun_at,
    sqlite_where=Hearing.tells_outcome.is_(True),
    postgresql_where=Hearing.tells_outcome.is_(True),
)
Index("ix_hearing_board", Hearing.board_id, Hearing.begun_at)
Index(
    "ix_hearing_safeguarded",
    Hearing.ended_at,
    sqlite_where=Hearing.exclusion == Exclusion.SAFEGUARDING,
    postgresql_where=Hearing.exclusion == Exclusion.SAFEGUARDING,
)


class Impression(Row):
    """One showing of a post to one reader. Who it was cannot be told: `mark` is a digest of reader and post
    under a key that changes every month. Kept thirty days, then only the counters of the hearing.
    `board_id`: where its hearing was; empty without one. `is_qualified`: the
    reader was in the audience of a running hearing.
    """

    __tablename__ = "impression"

    mark: Mapped[str] = mapped_column(String(64), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    slot: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    is_qualified: Mapped[bool]
    at: Mapped[datetime]


Index("ix_impression_board", Impression.at, Impression.board_id)


class PostVector(Row):
    """A post as its telling words: `packed` holds the numbers in the order of `words`. Kept while it is
    young, by when it came: `since`. `is_outdated`: its post says something else by now, and is encoded anew. With other
    words it has another id, so that a process may remember the words of an id.
    """

    __tablename__ = "post_vector"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(35), default="")
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[str] = mapped_column(Text)
    simhash: Mapped[int]
    since: Mapped[datetime]
    is_outdated: Mapped[bool] = mapped_column(default=False, server_default=false())

    def say(self, words: str, packed: bytes, simhash: int) -> None:
        """Take other words, and the id that goes with them."""
        self.id, self.words, self.packed, self.simhash = new_id(), words, packed, simhash


Index("ix_post_vector_board", PostVector.board_id, PostVector.since)
Index("ix_post_vector_since", PostVector.since)
Index(
    "ix_post_vector_outdated",
    PostVector.post_id,
    sqlite_where=PostVector.is_outdated.is_(True),
    postgresql_where=PostVector.is_outdated.is_(True),
)


class WordCounts(Row):
    """In how many posts of a language each word occurs, packed; learnt from this installation alone."""

    __tablename__ = "word_counts"

    language: Mapped[str] = mapped_column(String(35), unique=True)
    posts: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
