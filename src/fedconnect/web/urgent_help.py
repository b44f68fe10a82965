"""What somebody who tells of danger reads at once: where help is, and when a moderator will have looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.moderation import help_lines
from fedconnect.moderation.help_lines import Help
from fedconnect.web.languages import language, regions


@dataclass(frozen=True, slots=True)
class UrgentHelp:
    """Help by country, and the hours of a board's moderators, as `09:00` in `zone`."""

    countries: Sequence[Help]
    first: str
    last: str
    zone: str


def urgent_help(board: Board, severity: Severity) -> UrgentHelp | None:
    """Return what to show to whoever reports something on a board; None where nobody is in danger."""
    if severity is not Severity.DANGER:
        return None
    countries = help_lines.list_help(regions(), [language(), board.language])
    return UrgentHelp(countries, f"{board.open_from:02}:00", f"{board.open_to:02}:00", board.zone)
