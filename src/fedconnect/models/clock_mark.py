"""The latest moment that this database has seen, by which a clock that was put back is found out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from fedconnect.models.base import Row


class ClockMark(Row):
    """One row: when the sweep last looked at the clock."""

    __tablename__ = "clock_mark"

    at: Mapped[datetime]
