"""Companions boost what is overlooked, each in its turn, and take back what may no longer be boosted."""

from __future__ import annotations

from fedconnect.federation.outbound import boost_bots
from fedconnect.foundation import queue


def run() -> None:
    """Let whose turn it is speak."""
    queue.clear("companions")
    boost_bots.undo_for_no_bots()
    boost_bots.boost_due()
