"""Learn which words stand near which, once a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fedconnect.foundation import queue
from fedconnect.hooks import manager
from fedconnect.surfacing.hearing import thesaurus_learning


def run() -> None:
    """Learn the thesaurus anew where it is due; a plugin's vectors stand in for what is learnt here."""
    queue.clear("meaning")
    thesaurus_learning.learn_anew(_ask_plugins, queue.stop_requested)


def _ask_plugins(words: Sequence[str]) -> Any:
    """Return the vectors of the first plugin that has some, by name."""
    return next((answer for _, answer in manager.collect("embed_words", words=tuple(words))), None)
