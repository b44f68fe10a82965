"""What must not wait: urgent cases that nobody looked at climb, and posts of slow mode are shown in time."""

from __future__ import annotations

from fedconnect.foundation import queue
from fedconnect.moderation import escalation


def run() -> None:
    """Do what is due; looks before it locks."""
    queue.clear("safeguarding")
    escalation.climb_overdue()
    escalation.release_in_time()
