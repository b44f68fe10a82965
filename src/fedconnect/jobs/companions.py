"""Companions boost what is overlooked, each in its turn, and take back what may no longer be boosted."""

from __future__ import annotations

from fedconnect.federation import companions
from fedconnect.foundation import queue


def run() -> None:
    """Let whose turn it is speak."""
    queue.clear("companions")
    companions.undo_for_bots_refusers()
    companions.boost_due()
