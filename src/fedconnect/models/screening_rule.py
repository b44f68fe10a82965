"""Rules that the moderators of a board wrote, by which posts wait for a look."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class RuleKind(StrEnum):
    """What a rule looks at."""

    WORDS = "words"  # any of these words or phrases
    LINKS = "links"  # a link to any of these hosts; `*`: any link
    NEW_ACCOUNT = "new_account"  # an account that is younger than so many days
    MENTIONS = "mentions"  # more people named than this
    LANGUAGE = "language"  # written in another language than these
    REPEATED = "repeated"  # the same text again, by whomever, within a day


class ScreeningRule(Row):
    """One rule in force; `value` is what it looks for, as its moderators wrote it."""

    __tablename__ = "screening_rule"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RuleKind] = mapped_column(state_column(RuleKind))
    value: Mapped[str] = mapped_column(String(1000))
    since: Mapped[datetime]
