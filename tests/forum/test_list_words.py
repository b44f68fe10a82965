"""Headline and text of a line: nothing is said twice, and no sentence breaks in the middle of the two."""

from __future__ import annotations

import pytest

from fedconnect.forum.list_words import words_in_list

LONG = "Benefits should follow prices in countries we trade with. So they did."


@pytest.mark.parametrize(
    ("title", "excerpt", "words"),
    [
        ("Benefits should follow prices in countries we…", LONG, ("Benefits should follow prices in countries we trade with.", "So they did.")),
        ("Benefits should follow…", "Benefits should follow prices, and then", ("Benefits should follow prices, and then", "")),
        ("Night sits", "Night sits are hard.", ("Night sits", "Night sits are hard.")),
        ("Well…", "What now?", ("Well…", "What now?")), ("…", "What now?", ("…", "What now?")), ("", "", ("", "")),
        ("A cut title…", "", ("A cut title…", "")),
    ],
)  # fmt: skip
def test_a_sentence_is_whole_in_the_headline(title: str, excerpt: str, words: tuple[str, str]) -> None:
    assert words_in_list(title, excerpt) == words
