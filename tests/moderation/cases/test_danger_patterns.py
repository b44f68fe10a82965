"""Danger said indirectly: how the patterns are read, what they hold, how seldom they are wrong, and that they cost little."""

from __future__ import annotations

import gzip
import time
from importlib.resources import files
from pathlib import Path

import pytest

from fedconnect.moderation.cases.danger_patterns import DangerPatterns, danger_patterns

SAMPLES = Path(__file__).parents[2] / "samples"
LANGUAGES = ("en", "de", "es")


def lines(name: str) -> list[str]:
    return [one for one in (SAMPLES / "danger" / name).read_text(encoding="utf-8").splitlines() if one]


def share(texts: list[str]) -> float:
    return sum(danger_patterns().match(text) for text in texts) / len(texts)


def matches(pattern: str, text: str) -> bool:
    words = {"classes": {"ONE": "me him", "HITS": "hits beats*"}, "patterns": [pattern]}
    return DangerPatterns({"en": words}).match(text)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("he HITS ONE", "He hits me", True),
        ("he HITS ONE", "he beatseth him, and more", True),
        ("he HITS ONE", "he often hits me", False),
        ("he ~ HITS ONE", "he very often hits me", True),
        ("he ~ HITS ONE", "he and the others often now hits me", False),
        ("he ~6 HITS ONE", "he and the others often now hits me", True),
        ("he HITS ONE", "he. hits me", False),
        ("he HITS ONE", "hits me", False),
        ("don't|dont want", "I don’t want it", True),
        ("he HITS ONE", "", False),
    ],
)
def test_a_pattern_is_words_in_their_order_within_one_sentence(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


@pytest.mark.parametrize(
    "text",
    [
        "Nobody would miss me", "I don't feel safe at home", "he locked me in", "I'm a burden to my family", "He won't let me out",
        "Ohne mich hätten es alle leichter", "Er hat mich eingesperrt", "Ich fühle mich zu Hause nicht sicher", "Ich kann nicht mehr",
        "Todos vivirían mejor sin mí", "No me siento segura en casa", "Me encerró con llave", "No me deja salir",
    ],
)  # fmt: skip
def test_danger_that_names_no_danger_is_seen(text: str) -> None:
    assert danger_patterns().match(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_patterns_hold_what_they_were_made_from(language: str) -> None:
    assert share(lines(f"{language}.built_with.txt")) >= 0.78


@pytest.mark.parametrize("language", LANGUAGES)
def test_care_grief_idioms_and_courses_are_seldom_taken_for_danger(language: str) -> None:
    assert share(lines(f"{language}.safe.txt")) <= 0.12


def real_posts() -> list[str]:
    polis = gzip.decompress(files("fedconnect.demo").joinpath("polis.tsv.gz").read_bytes()).decode()
    beer = gzip.decompress((SAMPLES / "se_beer_2017" / "posts.tsv.gz").read_bytes()).decode()
    return [max(row.split("\t"), key=len) for source in (polis, beer) for row in source.splitlines()[1:]]


def test_at_most_one_in_a_hundred_real_posts_is_a_false_alarm() -> None:
    texts = real_posts()
    assert len(texts) > 2000
    assert share(texts) <= 0.01


@pytest.mark.parametrize(
    "hostile", ["he ", "nobody would ", "i don't want to ", "a" * 50, "he hits ", "\n", "’"]
)
def test_the_longest_text_is_read_in_linear_time(hostile: str) -> None:
    patterns = danger_patterns()

    def seconds(text: str) -> float:
        began = time.process_time()
        patterns.match(text)
        return time.process_time() - began

    short, long = hostile * (20_000 // len(hostile) // 8), hostile * (20_000 // len(hostile))
    seconds(short)
    assert seconds(long) <= 40 * max(seconds(short), 0.001)
