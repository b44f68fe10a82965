"""What moderators decided, and why: one log for every board. Who is kept off a board, and who objected."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Moves, Row, state_column


class DecisionKind(StrEnum):
    """What was done."""

    REMOVE = "remove"
    RESTORE = "restore"
    RELEASE = "release"  # a held post is shown
    HOLD = "hold"  # a post waits again
    SENSITIVE = "sensitive"
    UNCOVER = "uncover"
    WARN = "warn"
    SAFEGUARD = "safeguard"
    UNSAFEGUARD = "unsafeguard"
    LOCK = "lock"
    UNLOCK = "unlock"
    PIN = "pin"
    UNPIN = "unpin"
    RETITLE = "retitle"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    BAN = "ban"
    UNBAN = "unban"
    HOLD_AUTHOR = "hold_author"
    FREE_AUTHOR = "free_author"
    APPOINT = "appoint"
    DISMISS = "dismiss"
    SETTINGS = "settings"
    RULES = "rules"
    LEAVE = "leave"  # looked at, and left as it is
    REOPEN = "reopen"  # it is to be looked at again
    UPHOLD = "uphold"  # an appeal was heard, and the decision stands
    OVERTURN = "overturn"  # an appeal was heard, and the decision is taken back
    ASK = "ask"  # the board asks something for somebody who does not want to be named
    SERVER = "server"  # how far another server is trusted


class Decision(Row):
    """One line of the log; `board_id` is empty where it is about the whole installation.

    `person_id` is who decided: never shown, empty for whoever runs the installation or where it was automated.
    `rule` is what it rests on, as it read then; `detail` what the decision set (a title, a board, a setting).
    `gentle` names the text that the author got instead of a rule notice. `post_id` is the post concerned,
    `case_id` what had been asked. `said_on` is the server on which a moderator decided with other software, which need not name a
    rule.
    """

    __tablename__ = "decision"

    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    kind: Mapped[DecisionKind] = mapped_column(state_column(DecisionKind))
    subject_uri: Mapped[str] = mapped_column(String(2048))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    case_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    rule: Mapped[str] = mapped_column(String(500), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(String(500), default="", server_default="")
    gentle: Mapped[str] = mapped_column(String(40), default="", server_default="")
    is_automated: Mapped[bool] = mapped_column(default=False, server_default=false())
    said_on: Mapped[str] = mapped_column(String(260), default="", server_default="")
    until: Mapped[datetime | None]
    at: Mapped[datetime]


Index("ix_decision_at", Decision.at, Decision.id)
Index("ix_decision_board_at", Decision.board_id, Decision.at)
Index("ix_decision_subject", Decision.subject_uri)


class Ban(Row):
    """Somebody may not write on a board (or `is_hold`: only after a look), for a time or, `until` empty, for good."""

    __tablename__ = "ban"
    __table_args__ = (UniqueConstraint("board_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime | None]
    is_hold: Mapped[bool] = mapped_column(default=False, server_default=false())


class AppealState(StrEnum):
    """open → upheld (the decision stands) or overturned (it is taken back)."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


APPEAL_MOVES = Moves[AppealState]({AppealState.OPEN: {AppealState.UPHELD, AppealState.OVERTURNED}})


class Appeal(Row):
    """An author's wish that somebody else looks at a decision again; once for each decision.

    `heard_by` is never shown, and never who made the decision.
    """

    __tablename__ = "appeal"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[AppealState] = mapped_column(state_column(AppealState), default=AppealState.OPEN)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    heard_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(Text, default="")
    heard_at: Mapped[datetime | None]

    def move(self, new: AppealState) -> None:
        """Hear the appeal; the only way to do so."""
        APPEAL_MOVES.check(self.state, new)
        self.state = new
