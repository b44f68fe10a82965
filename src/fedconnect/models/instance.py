"""Another server: what it runs, whether we may talk to it, whether it answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row, state_column


class Policy(StrEnum):
    """How far an instance is trusted, the least strict first: open; silenced (its posts stand on their board, and are
    brought to nobody); limited (they wait for a moderator); blocked."""

    OPEN = "open"
    SILENCED = "silenced"
    LIMITED = "limited"
    BLOCKED = "blocked"


class SignatureForm(StrEnum):
    """The two forms of an HTTP signature: draft-cavage-12, which every server reads, and RFC 9421."""

    CAVAGE = "cavage"
    RFC9421 = "rfc9421"

    @property
    def other(self) -> SignatureForm:
        return SignatureForm.CAVAGE if self is SignatureForm.RFC9421 else SignatureForm.RFC9421


class Instance(Row):
    """Another server, by host; its lane of deliveries pauses while it does not answer.

    `strikes` grow with each answer that took long, and a quick one forgives one: those with strikes go last.

    `software` is what its NodeInfo names (lower case, empty where unknown), asked last at `asked_at`;
    `by_lists`: lists closed it, and may open it again; nobody here decided.
    `handle_host` is the domain of its people's handles, where that is another than its own.
    `signature_form` is the one that it took where it had refused the other, both tried last at `knocked_at`.
    """

    __tablename__ = "instance"

    host: Mapped[str] = mapped_column(String(260), unique=True)
    policy: Mapped[Policy] = mapped_column(state_column(Policy), default=Policy.OPEN)
    by_lists: Mapped[bool] = mapped_column(default=False, server_default=false())
    software: Mapped[str] = mapped_column(String(40), default="")
    handle_host: Mapped[str] = mapped_column(String(260), default="")
    asked_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    bad_days: Mapped[int] = mapped_column(default=0)
    last_bad_day: Mapped[str | None] = mapped_column(String(10))
    paused_until: Mapped[datetime | None]
    strikes: Mapped[int] = mapped_column(default=0, server_default="0")
    signature_form: Mapped[SignatureForm | None] = mapped_column(state_column(SignatureForm))
    knocked_at: Mapped[datetime | None]
