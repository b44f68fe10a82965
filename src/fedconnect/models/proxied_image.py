"""A picture of another server that our proxy may show; nothing else is ever fetched for a reader."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class ProxiedImage(Row):
    """One remote picture, known by the digest of its address; `refused` says why it cannot be shown."""

    __tablename__ = "proxied_image"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(Text)
    refused: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime | None]
