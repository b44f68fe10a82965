"""Browsers that want to be told that something is new, and the key by which push services know us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class PushSubscription(Row):
    """One browser of a reader, as its push service gave it; `language` is that of the neutral sentence."""

    __tablename__ = "push_subscription"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(1000), unique=True)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    since: Mapped[datetime]


class PushKey(Row):
    """Our key pair for push services (P-256), made when the first reader asks; the private part is sealed."""

    __tablename__ = "push_key"

    public: Mapped[str] = mapped_column(String(100))
    private_sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
