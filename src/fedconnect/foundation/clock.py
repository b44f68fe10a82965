"""The one place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EARLIEST_YEAR = 1990
LATEST_YEAR = 2200  # that something may end
_AHEAD = timedelta(days=1)  # of our clock, another's may be


#: How far this process's clock is from the machine's. Only the demo sets one: its days go by in minutes.
_shift: Callable[[], timedelta] | None = None


def now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC) if _shift is None else datetime.now(UTC) + _shift()


def shift_ms() -> int:
    """Return how far ahead of the machine's clock `now` is, in milliseconds; less than 0 where it is behind."""
    return 0 if _shift is None else _shift() // timedelta(milliseconds=1)


def set_shift(shift: Callable[[], timedelta] | None) -> None:
    """Let `now` be ahead of the machine's clock by so much, or behind it; None: it is that of the machine."""
    global _shift
    _shift = shift


def machine_now() -> datetime:
    """Return the time by the machine's clock, by which leases and retries are counted: they mind how long work really takes,
    however quickly the demo's days go by."""
    return now() if _shift is None else datetime.now(UTC)


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
