"""Ask again about questions that moderators may be shown: is nobody there who answered?"""

from __future__ import annotations

from fedconnect.federation.outbound import hashtag_questions
from fedconnect.foundation import queue


def run() -> None:
    """Ask about what is due."""
    queue.clear("questions")
    hashtag_questions.ask_about_all()
