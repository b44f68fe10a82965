"""The one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST_YEAR = 1990
LATEST_YEAR = 2200  # that something may end
_AHEAD = timedelta(days=1)  # of our clock, another's may be


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
    """Return the aware UTC time at which something happened, as an xsd:dateTime names it; or None where it names none, one
    before 1990 or one more than a day ahead.

    The year 1 is what a program writes that has no date: it counts as none.
    Ref: ActivityStreams 2.0 core §2.3; peers send it with and without fractions and offset.
    """
    moment = parse_end(text)
    return moment if moment is not None and moment <= now() + _AHEAD else None


def parse_end(text: object) -> datetime | None:
    """Return the aware UTC time at which something begins or ends, which may be years ahead; None as `parse_instant`, or
    beyond 2200."""
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
    return moment if EARLIEST_YEAR <= moment.year < LATEST_YEAR else None
