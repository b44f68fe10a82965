"""A private word from a board to an author: where their post is, who sees it, how to take it back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class DirectMessageKind(StrEnum):
    """Why a board writes to somebody; each once a board, person and `about`."""

    FIRST_POST = "first_post"
    NOT_PUBLIC = "not_public"
    DECISION = "decision"
    HELD = "held"
    REFUSED = "refused"  # a post that cannot stand on the board
    APPEAL = "appeal"
    ANSWER = "answer"  # to a private message
    INVITATION = "invitation"
    ASK = "ask"  # a listener is asked to answer a post
    LISTENING = "listening"  # what we understood of a listener's offer
    HINT = "hint"  # what was said in private was seen by the board alone
    CHOICE = "choice"  # what somebody answered was heard
    TRAVEL = "travel"  # whether an author's posts may be shown beyond their board, as they said
    OUTCOME = "outcome"  # of a hearing, to an author who asked for it
    CARE = "care"  # to the author of a post that somebody may be in danger behind
    CALL = "call"  # something urgent waits for somebody who looks after the board


class DirectMessage(Row):
    """A direct note of a board; its id is part of its address, which only the addressee may read."""

    __tablename__ = "direct_message"
    __table_args__ = (
        UniqueConstraint("board_id", "person_id", "kind", "about", name="uq_direct_message_about"),
    )

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[DirectMessageKind] = mapped_column(state_column(DirectMessageKind))
    about: Mapped[str] = mapped_column(String(40), default="", server_default="")
    in_reply_to: Mapped[str] = mapped_column(String(2048))
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


Index("ix_direct_message_person", DirectMessage.person_id, DirectMessage.kind, DirectMessage.at)
Index(
    "ix_direct_message_at",
    DirectMessage.at,
    sqlite_where=text("about != ''"),
    postgresql_where=text("about != ''"),
)
