"""What a post must say to be an opportunity, and the table that remembers those that do."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Column, Date, MetaData, String, Table, delete, select

from fedconnect.foundation import clock, database
from fedconnect.hooks.views import PostView

METADATA = MetaData()
OPPORTUNITY = Table(
    "funding_opportunity",
    METADATA,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", String(200), nullable=False),
    Column("path", String(200), nullable=False),
    Column("closes", Date, nullable=False, index=True),
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DEADLINE = re.compile(
    r"\b(?:deadline|closes|closing date|apply by|until)\b[:\s]{1,3}(?:on\s+)?"
    r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.?\s+([a-z]{3,9})\s+(\d{4}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A post with a day by which one must have applied."""

    title: str
    path: str
    closes: date


def wanted_hashtags() -> frozenset[str]:
    """Return the hashtags that mark a funding post, from FUNDING_HASHTAGS (default: funding).

    Raises:
        ValueError: one of them cannot be a hashtag.
    """
    names = frozenset(os.environ.get("FUNDING_HASHTAGS", "funding").lower().replace("#", "").split(","))
    bad = [name for name in names if not re.fullmatch(r"\w{1,100}", name)]
    if bad:
        raise ValueError(f"FUNDING_HASHTAGS holds {bad[0]!r}, which is no hashtag")
    return names


def deadline_of(post: PostView) -> date | None:
    """Return the day on which a marked thread starter closes, or None."""
    if not post.is_starter or wanted_hashtags().isdisjoint(post.hashtags):
        return None
    match = _DEADLINE.search(post.text)
    if match is None:
        return None
    try:
        if match[1]:
            return date(int(match[1]), int(match[2]), int(match[3]))
        month = [name[:3] for name in _MONTHS].index(match[5][:3].lower()) + 1
        return date(int(match[6]), month, int(match[4]))
    except ValueError:
        return None


def time_left(closes: date, today: date) -> str:
    """`closes today`, `closes in 9 days`, `closed on 1 May 2026`."""
    days = (closes - today).days
    if days < 0:
        return f"closed on {closes.day} {closes:%B %Y}"
    return "closes today" if days == 0 else "closes tomorrow" if days == 1 else f"closes in {days} days"


def note(post: PostView) -> None:
    """Remember, change or forget the opportunity that a post is; safe to repeat."""
    closes = deadline_of(post)
    with database.transaction() as session:
        session.execute(delete(OPPORTUNITY).where(OPPORTUNITY.c.post_id == post.id))
        if closes is not None:
            session.execute(
                OPPORTUNITY.insert().values(post_id=post.id, title=post.title, path=post.path, closes=closes)
            )


def forget(post_id: int) -> None:
    """Forget a post that was withdrawn."""
    with database.transaction() as session:
        session.execute(delete(OPPORTUNITY).where(OPPORTUNITY.c.post_id == post_id))


def list_open(limit: int = 100) -> list[Opportunity]:
    """Return what is still open, the next to close first."""
    columns = OPPORTUNITY.c
    with database.read_transaction() as session:
        rows = session.execute(
            select(columns.title, columns.path, columns.closes)
            .where(columns.closes >= clock.now().date())
            .order_by(columns.closes, columns.post_id)
            .limit(limit)
        )
        return [Opportunity(*row) for row in rows]
