"""An author's own word on whether their posts may be shown beyond their board."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class TravelConsent(Row):
    """Whether somebody's posts may be shown to readers of other boards, by companions and in letters.

    `allows` is empty while they were asked and have not answered; then it is as their profile says (`indexable`).
    A no outweighs the profile, and so does a yes.
    """

    __tablename__ = "travel_consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    allows: Mapped[bool | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
