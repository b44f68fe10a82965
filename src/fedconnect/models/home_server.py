"""Home servers that readers sign in with, and what we registered there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class HomeServer(Row):
    """A server with a client API, as it described itself when it was last asked.

    `base` is scheme and host; the endpoints are on that very host. `scopes_offered` are words with spaces
    between, empty where it does not say; `limits` is JSON (what its composer allows), read when needed.
    """

    __tablename__ = "home_server"

    host: Mapped[str] = mapped_column(String(260), unique=True)
    base: Mapped[str] = mapped_column(String(270))
    software: Mapped[str] = mapped_column(String(40), default="")
    authorize_url: Mapped[str] = mapped_column(String(2048), default="")
    token_url: Mapped[str] = mapped_column(String(2048), default="")
    revoke_url: Mapped[str] = mapped_column(String(2048), default="")
    register_url: Mapped[str] = mapped_column(String(2048), default="")
    scopes_offered: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    limits: Mapped[str] = mapped_column(Text, default="")
    limits_at: Mapped[datetime | None]


class HomeServerApp(Row):
    """Our registration at a home server: one for each set of scopes, for one redirect address."""

    __tablename__ = "home_server_app"
    __table_args__ = (UniqueConstraint("home_id", "redirect_uri", "scopes"),)

    home_id: Mapped[int] = mapped_column(ForeignKey("home_server.id", ondelete="CASCADE"))
    redirect_uri: Mapped[str] = mapped_column(String(400))
    scopes: Mapped[str] = mapped_column(String(400))
    client_id: Mapped[str] = mapped_column(String(400))
    secret_sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
