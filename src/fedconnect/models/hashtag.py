"""Hashtags that a moderator gathers for a board, with their own token; what was found, as addresses alone.

A post that asks something is remembered as a question: whoever looks after the board may answer where it stands.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Moves, Row, state_column


class FollowedHashtag(Row):
    """A hashtag tied to a board; `reader_id` is the moderator whose token reads it, named on the board's page."""

    __tablename__ = "followed_hashtag"
    __table_args__ = (UniqueConstraint("board_id", "tag"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    tag: Mapped[str] = mapped_column(String(60))
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]


class HashtagPostState(StrEnum):
    """found → boosted (→ undone) or left."""

    FOUND = "found"
    BOOSTED = "boosted"
    LEFT = "left"
    UNDONE = "undone"


HASHTAG_POST_MOVES = Moves[HashtagPostState](
    {
        HashtagPostState.FOUND: {HashtagPostState.BOOSTED, HashtagPostState.LEFT},
        HashtagPostState.BOOSTED: {HashtagPostState.UNDONE},
    }
)


class HashtagPost(Row):
    """A post found under a hashtag: its addresses, for seven days, and nothing of what it says.

    `asked_at`: when it was written, where it asks something that nobody is known to have answered; `home_status_id`: what
    the server whose token found it calls it; `looked_at`: when that server was last asked about it; `is_unanswered`: it
    said then that nobody has replied.
    """

    __tablename__ = "hashtag_post"
    __table_args__ = (UniqueConstraint("board_id", "uri"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048))
    url: Mapped[str] = mapped_column(String(2048))
    tag: Mapped[str] = mapped_column(String(60))
    author_uri: Mapped[str] = mapped_column(String(2048), default="")
    state: Mapped[HashtagPostState] = mapped_column(
        state_column(HashtagPostState), default=HashtagPostState.FOUND
    )
    found_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    home_status_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    looked_at: Mapped[datetime | None]
    is_unanswered: Mapped[bool] = mapped_column(default=False, server_default=false())

    def move(self, new: HashtagPostState) -> None:
        """Change the state; the only way to do so."""
        HASHTAG_POST_MOVES.check(self.state, new)
        self.state = new


class AnsweredQuestion(Row):
    """One question from elsewhere that somebody who looks after the board answered first, on this day: not which, not who."""

    __tablename__ = "answered_question"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    day: Mapped[datetime] = mapped_column(index=True)
