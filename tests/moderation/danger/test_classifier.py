"""The classifier: what it takes for danger, what it leaves alone, and what it costs."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from fedconnect.evaluation import polis
from fedconnect.moderation.danger import classifier
from fedconnect.moderation.danger.classifier import (
    LANGUAGES,
    languages_of,
    load,
    pack,
    sounds_like_danger,
    unpack,
)
from fedconnect.moderation.danger.traits import SLOTS, windows

SAMPLES = Path(__file__).parents[2] / "samples"
#: The least share that is found of sentences which nobody learnt from (tests/samples/danger); docs/decisions/0025 has more.
LEAST = {"en": 0.65, "de": 0.45, "es": 0.8}


def lines_of(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()[1:]


@pytest.mark.parametrize(
    "text",
    [
        "", "No.", "Who knows a respite place near Leeds?", "This form will be the death of me.",
        "The council's suicide prevention strategy is out for consultation.",
        "Mum died last spring, we were all with her and it was peaceful.",
        "Wer kennt eine gute Tagespflege in Kassel?", "¿Alguien conoce un centro de día en Sevilla?",
    ],
)  # fmt: skip
def test_what_is_calm_is_left_alone(text: str) -> None:
    assert not sounds_like_danger(text)


def test_at_most_one_in_a_hundred_of_2000_real_posts_is_taken_for_danger() -> None:
    """A thousand statements of Polis, and a thousand posts of a forum from which nobody learnt."""
    statements = [one.split("\t")[-1] for one in lines_of(Path(polis.__path__[0]) / "items.tsv.gz")]
    posts = [
        " ".join(one.split("\t")[-2:]) for one in lines_of(SAMPLES / "se_beer_2017" / "posts.tsv.gz")[1::2]
    ]
    real = [*statements[:1000], *posts[:1000]]
    assert len(real) == 2000
    assert sum(map(sounds_like_danger, real)) <= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_of_what_was_worded_by_itself_is_seen(language: str) -> None:
    said = (SAMPLES / "danger" / f"{language}.measured.txt").read_text(encoding="utf-8").splitlines()
    said = [one for one in said if one.strip()]
    found = sum(map(sounds_like_danger, said)) / len(said)
    assert found >= LEAST[language]


@pytest.mark.parametrize(
    "text",
    [
        "nobody would miss me if i was gone", "He locked me in the flat again and took my phone.",
        "Ich habe Angst vor meinem Mann, er hat mich wieder geschlagen.", "Ohne mich wären alle besser dran.",
        "Mi marido me encierra en casa y me quita el móvil.", "No quiero seguir viviendo así, estarían mejor sin mí.",
        "The minutes are attached. Parking is behind the hall. " * 20 + "I can't promise I'll be here tomorrow. Bring cake.",
    ],
)  # fmt: skip
def test_danger_is_heard_also_within_a_long_and_calm_post(text: str) -> None:
    assert sounds_like_danger(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [("I don't know what to do", "en"), ("Ich weiß nicht, was ich tun soll", "de"), ("No sé qué hacer con mi hijo", "es")],
)  # fmt: skip
def test_a_text_is_read_in_its_language(text: str, language: str) -> None:
    assert languages_of(text) == [language]
    assert languages_of("zzz") == list(LANGUAGES)


def test_a_post_costs_two_milliseconds_at_most_and_the_weights_are_small() -> None:
    posts = lines_of(SAMPLES / "se_beer_2017" / "posts.tsv.gz")[:400]
    begun = time.process_time()
    for post in posts:
        sounds_like_danger(post)
    assert (time.process_time() - begun) / len(posts) < 0.006, "2 ms, and room for a slow machine"
    for language in LANGUAGES:
        assert (classifier.WEIGHTS / f"{language}.bin").stat().st_size <= 300_000
        assert len(load(language).slots) == SLOTS


def test_weights_come_back_as_they_were_kept() -> None:
    slots = bytes(255 if number % 3 else 7 for number in range(SLOTS))
    kept = unpack(pack(-0.5, 0.25, slots))
    assert (kept.bias, kept.scale, bytes(kept.slots.cast("B"))) == (-0.5, 0.25, slots)
    (words,) = windows("one two three")
    assert kept.score(words) != kept.bias
    assert kept.score([]) == pytest.approx(kept.score([]))
