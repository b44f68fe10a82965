"""What this forum is called and who runs it: one row, and the pictures that admins gave it and its boards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row

#: The id of the one row.
THE_SITE = 1


class Site(Row):
    """The forum's own identity. `base_url` is the address under which its boards were made; `accent` is `#rrggbb` or empty;
    `languages` are tags with spaces between; `contact` is a mail or web address; `logo` is the digest of an OwnPicture.

    `privacy`, `terms` and `imprint` are plain text with paragraphs; an empty privacy notice means the one that we derive from
    what is kept. `steps_hidden_at`: an admin wants to see the first steps no longer.
    """

    __tablename__ = "site"

    base_url: Mapped[str] = mapped_column(String(300), default="", server_default="")
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    description: Mapped[str] = mapped_column(String(300), default="", server_default="")
    operator: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contact: Mapped[str] = mapped_column(String(300), default="", server_default="")
    languages: Mapped[str] = mapped_column(String(200), default="", server_default="")
    accent: Mapped[str] = mapped_column(String(7), default="", server_default="")
    logo: Mapped[str] = mapped_column(String(64), default="", server_default="")
    privacy: Mapped[str] = mapped_column(Text, default="", server_default="")
    terms: Mapped[str] = mapped_column(Text, default="", server_default="")
    imprint: Mapped[str] = mapped_column(Text, default="", server_default="")
    steps_hidden_at: Mapped[datetime | None]


class OwnPicture(Row):
    """A picture of the forum's or of a board's, made anew from its pixels (WebP, at most 1,600 pixels a side), by its
    SHA-256 in hex."""

    __tablename__ = "own_picture"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    webp: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
