"""When somebody must have looked: an hour where somebody may be in danger, a day where somebody is hurt."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fedconnect.models.board import Board
from fedconnect.models.case import Severity

WITHIN = {Severity.DANGER: timedelta(hours=1), Severity.HURT: timedelta(hours=24)}


def due_at(board: Board, severity: Severity, now: datetime) -> datetime | None:
    """Return when somebody must have looked. Danger does not wait for the morning; what hurts may, since it is out
    of sight until then: its day counts from when the board's hours begin again."""
    within = WITHIN.get(severity)
    if within is None:
        return None
    if severity is Severity.DANGER or is_attended(board, now):
        return now + within
    return next_opening(board, now) + within


def is_attended(board: Board, now: datetime) -> bool:
    """Whether it is one of the hours in which somebody usually looks; they may go over midnight."""
    hour, first, last = now.astimezone(ZoneInfo(board.zone)).hour, board.open_from, board.open_to
    return first <= hour < last if first < last else hour >= first or hour < last


def next_opening(board: Board, now: datetime) -> datetime:
    """Return the moment at which the board's hours begin next."""
    local = now.astimezone(ZoneInfo(board.zone))
    opening = local.replace(hour=board.open_from, minute=0, second=0, microsecond=0)
    return (opening if opening > local else opening + timedelta(days=1)).astimezone(now.tzinfo)
