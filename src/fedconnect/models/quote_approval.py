"""Leave to quote a note of one of our own actors; withdrawn by deleting it. Ref: FEP-044f."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class QuoteApproval(Row):
    """One stamp: `quoting_uri` may quote `quoted_uri`."""

    __tablename__ = "quote_approval"
    __table_args__ = (UniqueConstraint("quoting_uri", "quoted_uri"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    quoting_uri: Mapped[str] = mapped_column(String(1024))
    quoted_uri: Mapped[str] = mapped_column(String(1024))
    at: Mapped[datetime]
