"""Words before names: lists that do not say who wrote what, until a thread is opened.

The names are not in what is sent at all, neither as text nor in an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fedconnect.forum.thread_lists import ThreadItem


def names_hidden(choice: bool | None, board_default: bool) -> bool:
    """Whether a list goes without names: as the reader chose, or else as the board does."""
    return board_default if choice is None else choice


def without_names(lines: Sequence[ThreadItem], choice: bool | None) -> list[ThreadItem]:
    """Return lists' lines without authors where words come first; a board's own notes keep their name."""
    return [
        replace(line, author=None, author_handle="", starter_uri="")
        if names_hidden(choice, line.hides_authors) and line.author_handle
        else line
        for line in lines
    ]
