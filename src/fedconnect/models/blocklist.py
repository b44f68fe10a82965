"""Lists of servers that others keep away from, and servers that no list may close."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column
from fedconnect.models.instance import Policy


class Blocklist(Row):
    """A list, by its address (read again each day) or the name of the file that it was imported from.

    It `counts` once it was put in force; until then it can be tried. `at_most` is how strictly it may count, whatever it says. `problem` is why it could not be read last.
    """

    __tablename__ = "blocklist"

    source: Mapped[str] = mapped_column(String(2048), unique=True)
    is_subscribed: Mapped[bool]
    counts: Mapped[bool] = mapped_column(default=False)
    at_most: Mapped[Policy] = mapped_column(state_column(Policy), default=Policy.BLOCKED)
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")


class ListedServer(Row):
    """A server on a list. `host` is empty where the list hides it; `digest` (SHA-256 of the host) then knows it."""

    __tablename__ = "listed_server"
    __table_args__ = (UniqueConstraint("list_id", "digest"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("blocklist.id", ondelete="CASCADE"))
    host: Mapped[str] = mapped_column(String(260))
    digest: Mapped[str] = mapped_column(String(64))
    policy: Mapped[Policy] = mapped_column(state_column(Policy))


class AllowedServer(Row):
    """A server that no list may close, and why."""

    __tablename__ = "allowed_server"

    host: Mapped[str] = mapped_column(String(260), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class ListAgreement(Row):
    """How many lists must agree before they count; one row, once lists are in force."""

    __tablename__ = "list_agreement"

    lists: Mapped[int]
    at: Mapped[datetime]
