"""Somebody who signed in here with the account they have: what they permitted, and where they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class Reader(Row):
    """A person who signed in. Who they are is the person's actor id; `home_id` issued the proof.

    `hides_authors` is their choice of lists without names; empty: as each board does.
    The defaults are those of their own account, for posts that they write here.
    """

    __tablename__ = "reader"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("home_server.id"))
    joined_at: Mapped[datetime]
    default_visibility: Mapped[str] = mapped_column(String(16), default="")
    hides_authors: Mapped[bool | None]
    default_language: Mapped[str] = mapped_column(String(35), default="")


class Grant(Row):
    """A token that a home server gave us for a reader, sealed; `scopes` are what it was given for.

    `withheld` are permissions that the reader took back one by one, with spaces between: they are not used,
    though the token still allows them. `ended_at` is when it was withdrawn or found dead; its token is then forgotten.
    `refresh_sealed` is good for a new token once this one ends (`ends_at`; both may be missing); who renews it has claimed
    the row until `renewing_until`.
    """

    __tablename__ = "reader_grant"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), index=True)
    app_id: Mapped[int | None] = mapped_column(ForeignKey("home_server_app.id", ondelete="SET NULL"))
    scopes: Mapped[str] = mapped_column(String(400))
    withheld: Mapped[str] = mapped_column(String(200), default="")
    token_sealed: Mapped[str] = mapped_column(Text)
    refresh_sealed: Mapped[str] = mapped_column(Text, default="", server_default="")
    ends_at: Mapped[datetime | None]
    renewing_until: Mapped[datetime | None]
    given_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UnkeptToken(Row):
    """A token that a home server gave for a sign-in which then failed, sealed, until its server takes it back: nobody here
    is known by it. `checked_at` is when that was tried last."""

    __tablename__ = "unkept_token"

    app_id: Mapped[int] = mapped_column(ForeignKey("home_server_app.id", ondelete="CASCADE"))
    token_sealed: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime]
    checked_at: Mapped[datetime] = mapped_column(index=True)


class SignIn(Row):
    """A sign-in that was begun: bound to one browser, one home and one state; single use, ten minutes.

    `domain` is the domain that was typed; `ticket` is MiAuth's session;
    `wanted` are the permissions asked for, with spaces between; `pressed_sealed` is the button that needed them. `for_reader_id` is set where
    somebody who is signed in is asked for more.
    """

    __tablename__ = "sign_in"

    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    home_id: Mapped[int] = mapped_column(ForeignKey("home_server.id", ondelete="CASCADE"))
    app_id: Mapped[int | None] = mapped_column(ForeignKey("home_server_app.id", ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(String(260))
    verifier_sealed: Mapped[str] = mapped_column(Text, default="")
    ticket: Mapped[str] = mapped_column(String(40), default="")
    scopes: Mapped[str] = mapped_column(String(400))
    wanted: Mapped[str] = mapped_column(String(200), default="")
    pressed_sealed: Mapped[str] = mapped_column(Text, default="", server_default="")
    onward: Mapped[str] = mapped_column(String(400), default="/")
    for_reader_id: Mapped[int | None] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"))
    begun_at: Mapped[datetime]


class ReaderSession(Row):
    """One browser in which a reader is signed in; only a keyed digest of its cookie is kept."""

    __tablename__ = "reader_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]


Index("ix_sign_in_begun", SignIn.begun_at)
Index("ix_reader_grant_checked", Grant.ended_at, Grant.checked_at)
