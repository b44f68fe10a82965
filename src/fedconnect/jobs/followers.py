"""Mean to read followers anew, once a month each: have they moved without our hearing of it?"""

from __future__ import annotations

from fedconnect.federation.backfill import moved_accounts
from fedconnect.foundation import queue


def run() -> None:
    """Mean to read those whose turn it is; the fetch tasks do the rest."""
    queue.clear("followers")
    moved_accounts.queue_followers_due()
