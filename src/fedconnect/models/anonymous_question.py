"""A question that a board asks for somebody who does not want to be named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class AnonymousQuestion(Row):
    """The one link between somebody and what a board asks for them; deleted thirty days after it was settled.

    `asker` is a keyed digest of the reader: it tells them their own questions, and nobody else anything without the
    secrets of the data folder. The words are sealed in the case. `answer` is what moderators wrote back instead of
    publishing, sealed. `consent` is how somebody else, for whom they ask, agreed; sealed, empty where they ask for
    themselves.
    """

    __tablename__ = "anonymous_question"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"), unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
    asker: Mapped[str] = mapped_column(String(64), index=True)
    consent: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
