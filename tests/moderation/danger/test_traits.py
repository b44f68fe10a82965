"""A text as the classifier sees it: nothing is too long, and how it is typed makes no difference."""

from __future__ import annotations

import pytest

from fedconnect.moderation.danger.traits import MOST_CHARS, SLOTS, fold, pieces_of, traits_of, windows


@pytest.mark.parametrize("text", ["", " ", "...", "No.", "Ja, gut", "👍" * 500, "\n\n"])
def test_what_says_too_little_has_no_window(text: str) -> None:
    assert list(windows(text)) == []


@pytest.mark.parametrize(
    "text", ["a " * 50_000, "a" * 50_000, "a b c. " * 20_000, "́" * 50_000, "one two three " * 9_000]
)
def test_a_hostile_text_has_an_end(text: str) -> None:
    found = list(windows(text))
    assert len(found) <= 2 * 400 + MOST_CHARS // 20
    assert all(len(words) <= 40 and max(map(len, words), default=0) <= 40 for words in found)


def test_capitals_accents_and_letters_that_are_long_drawn_make_no_difference() -> None:
    assert fold("Él NO PUEDE MÁÁÁÁS, don’t") == "el no puede maas, don't"


def test_a_sentence_stands_alone_and_with_the_one_after_it() -> None:
    assert list(windows("He is back. I am so scared")) == [
        ["he", "is", "back"],
        ["i", "am", "so", "scared"],
        ["he", "is", "back", "i", "am", "so", "scared"],
    ]


def test_without_a_full_stop_every_word_stands_in_some_window() -> None:
    words = [f"word{number}" for number in range(101)]
    found = list(windows(" ".join(words)))
    assert {one for window in found for one in window} == set(words)


def test_traits_are_slots_and_know_words_their_order_and_their_pieces() -> None:
    there, back = traits_of(["he", "locked", "me"]), traits_of(["me", "locked", "he"])
    assert all(0 <= one < SLOTS for one in there)
    assert set(there) != set(back)
    assert set(pieces_of("locked")) <= set(there) & set(back)
    assert set(pieces_of("locked")) & set(pieces_of("locks")), "forms of a word share pieces"
