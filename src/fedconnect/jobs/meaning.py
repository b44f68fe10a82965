"""Learn which words stand near which, once a day."""

from __future__ import annotations

from fedconnect.foundation import queue
from fedconnect.surfacing.hearing import thesaurus_learning


def run() -> None:
    """Learn the thesaurus anew where it is due."""
    queue.clear("meaning")
    thesaurus_learning.learn_anew(lambda words: None, queue.stop_requested)
