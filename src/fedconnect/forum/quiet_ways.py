"""Ways to take part without ever signing in here, beside the board itself: its companion, and the letter."""

from __future__ import annotations

from fedconnect.foundation import own_address
from fedconnect.hooks import manager
from fedconnect.models.board import Board

_LETTER = "letter"


def companion_handle(board: Board) -> str:
    """Return the handle of the account that boosts what few have seen on a board."""
    return f"@{board.slug}_quiet@{own_address.host()}"


def letter_handle() -> str:
    """Return the handle of the account that sends quiet posts by private message; empty where that plugin is off."""
    is_on = any(view.name == _LETTER for _, views in manager.collect("register_bots") for view in views)
    return f"@{_LETTER}@{own_address.host()}" if is_on else ""
