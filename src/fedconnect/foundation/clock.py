"""The one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST_YEAR = 1970


def now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def from_epoch(seconds: float) -> datetime:
    """Return the aware UTC time of a Unix timestamp in seconds.

    Raises:
        ValueError: the number names no year between 1 and 9999.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("no such time") from error


def parse_instant(text: object) -> datetime | None:
    """Return the aware UTC time that an xsd:dateTime names, or None where it names none, or one before 1970.

    The year 1 is what a program writes that has no date: it counts as none.
    Ref: ActivityStreams 2.0 core §2.3; peers send it with and without fractions and offset.
    """
    if not isinstance(text, str) or len(text) > 64:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment.year >= EARLIEST_YEAR else None
