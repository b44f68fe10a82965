"""The actors that we hold keys for: the instance itself and each board. No person is among them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class OwnActor(Row):
    """A signing actor of ours: `name` is `instance` or `board:<slug>`; the private key is sealed."""

    __tablename__ = "own_actor"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    path: Mapped[str] = mapped_column(String(80), unique=True)
    public_pem: Mapped[str] = mapped_column(Text)
    private_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
