"""What the forms of a word have in common, in the languages that our pages speak."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from fedconnect.meaning.stems import stem, stems_of


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["carer", "carers"]),
        ("en-GB", ["caring", "cared"]),
        ("de", ["pflege", "pflegen"]),
        ("DE", ["kranke", "kranken", "kranker"]),
        ("es", ["cuidado", "cuidados"]),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, words: list[str]) -> None:
    assert len({stem(word, language) for word in words}) == 1


@pytest.mark.parametrize("language", ["", "und", "fr", "english"])
def test_in_a_language_that_we_know_no_stems_of_a_word_is_its_own(language: str) -> None:
    assert stem("carers", language) == ":carers"


def test_where_nobody_said_a_language_it_may_be_any_that_we_know() -> None:
    assert stems_of("carers")[:2] == (":carers", "en:carer")
    assert stem("cuidado", "es") in stems_of("cuidados")


def test_a_word_is_no_form_of_what_only_another_language_would_have_as_one() -> None:
    assert stem("carers", "de").partition(":")[2] == stem("cars", "en").partition(":")[2], (
        "or this tests nothing"
    )
    assert stem("cars", "en") not in stems_of("carers")


def test_threads_that_ask_at_once_get_each_their_own() -> None:
    words = [f"{letter}ing{letter}ers" for letter in "abcdefghijklmnopqrstuvwxyz"] * 4
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: stem(word, "en"), words))
    stem.cache_clear()
    assert found == [stem(word, "en") for word in words]
