"""Which words stand near which, as this installation learnt it from its own posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class LearntThesaurus(Row):
    """What the youngest posts taught, `posts` of them: digests of words, `packed`. One row, of which each learning makes a
    new one. What nobody says any more is gone with the next, a day later; without one the row is forgotten after three.
    """

    __tablename__ = "learnt_thesaurus"

    posts: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    learnt_at: Mapped[datetime]
