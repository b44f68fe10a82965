"""The words of a text that can say what it is about, in any script."""

from __future__ import annotations

import pytest

from fedconnect.surfacing.tokenizer import common_words, tokenize

CARE = "Respite care for carers of people with dementia: who pays for a week at the seaside?"


def test_words_say_what_a_text_is_about() -> None:
    assert tokenize(CARE) == ["respite", "care", "carers", "people", "dementia", "pays", "week", "seaside"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Was kostet die Pflege?", ["kostet", "pflege"]),
        ("照护者需要休息", ["照护", "护者", "者需", "需要", "要休", "休息"]),
        ("see https://example.social/@ana and @ben@example.net", []),
        ("2026 and 42", []),
        ("Carer’s rights", ["carer", "rights"]),
        ("", []),
    ],
)
def test_words_of_other_languages_and_of_none(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a I x", []),
        ("x" * 40 + " " + "y" * 41, ["x" * 40]),
        ("ü" * 41, []),
        ("ＣＡＲＥ Straße", ["care", "strasse"]),
        ("self-help don't under_score", ["self-help", "score"]),
        ("٣٤ ½", []),
        ("護", []),
        ("mail@example.org http://a.example/path?q=sleep bread", ["mail", "bread"]),
        ("see HTTPS://Example.org/Secret/Path bread Http://b.example", ["bread"]),
        ("@ana", []),
    ],
)
def test_words_have_a_length_and_are_neither_numbers_nor_addresses(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ü" * 40, ["ü" * 40]), ("ä", []), ("für über Häuser", ["häuser"]), ("3d 4 b2b", ["3d", "b2b"]),
        ("カナ かな", ["カナ", "かな"]), ("한국", ["한국"]), ("care用", ["ca", "ar", "re", "e用"]),
        ("rock’n’roll it's", ["rock'n'roll"]), ("-care- 'care'", ["care", "care"]),
        ("ana@home.example, @ben@other.example! bread", ["ana", "bread"]),
        ("＠ben＠other.example bread", ["bread"]),
        ("sleep https://x.example/sleep,care bread", ["sleep", "bread"]),
        ("www.example.org", ["www", "example", "org"]),
    ],
)  # fmt: skip
def test_words_at_the_edge_of_what_is_a_word(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


def test_a_word_that_is_said_twice_is_there_twice_and_in_its_place() -> None:
    assert tokenize("Bread, sleep; BREAD") == ["bread", "sleep", "bread"]


def test_common_words_are_the_words_of_the_list_and_not_of_its_comments() -> None:
    assert {"the", "und", "für"} <= common_words()
    assert not any("#" in word or word != word.casefold() for word in common_words())
