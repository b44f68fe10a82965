"""Any remote actor: known by uri, never copied beyond what a page shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class Person(Row):
    """A remote actor as last fetched from its own server.

    `handle_host` is the domain of the handle, proven by WebFinger both ways where it is not the server's.
    `born_at` is the `published` of the actor; `quarantined_at` says since when the address seems to be
    somebody else's (the domain was registered anew).
    """

    __tablename__ = "person"

    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    host: Mapped[str] = mapped_column(String(260), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="Person")
    username: Mapped[str] = mapped_column(String(255))
    handle_host: Mapped[str] = mapped_column(String(260))
    name: Mapped[str] = mapped_column(String(500), default="")
    url: Mapped[str] = mapped_column(String(2048), default="")
    inbox: Mapped[str] = mapped_column(String(2048))
    shared_inbox: Mapped[str | None] = mapped_column(String(2048))
    emojis: Mapped[str] = mapped_column(Text, default="[]")
    indexable: Mapped[bool] = mapped_column(default=False)
    asks_no_bots: Mapped[bool] = mapped_column(default=False)
    fetched_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    born_at: Mapped[datetime | None]
    moved_to: Mapped[str | None] = mapped_column(String(2048))
    moved_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]

    @property
    def handle(self) -> str:
        """The `@user@host` by which people know this person."""
        return f"@{self.username}@{self.handle_host}"


#: Of people with one handle, whoever has it now comes first: a server that began anew gives its names again.
LATEST_FIRST = (Person.gone_at.is_not(None), Person.fetched_at.desc(), Person.id.desc())

Index("ix_person_handle", Person.handle_host, Person.username)


class PersonKey(Row):
    """A public key that its owner's actor document lists."""

    __tablename__ = "person_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    key_uri: Mapped[str] = mapped_column(String(2048), unique=True)
    pem: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime]
