"""A link in a private message that is counted once when it is opened, without telling who opened it."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


def _random_id() -> int:
    """Return an id that tells nothing of when: the tokens of one letter do not stand in a row beside it."""
    return secrets.randbelow(2**62) + 1


class LinkToken(Row):
    """What a link's opening will count for; kept as a `digest` alone, until it is used or two days old. To whom it was
    sent is not kept.

    `is_qualified`: its reader belongs to the post's audience, as was found when it was made. `domain`: the digest of
    post and domain for which they count, empty for those who count in any case. `marks`: by what the look will be known,
    parted by a space: a random word or, of somebody who signed in here once, what their own looks at this post are
    known by, so that they count once. `channel`: the kind of message. `made_at`: the hour.
    """

    __tablename__ = "link_token"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=_random_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    is_qualified: Mapped[bool]
    domain: Mapped[str | None] = mapped_column(String(64))
    marks: Mapped[str] = mapped_column(String(130))
    channel: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(index=True)
