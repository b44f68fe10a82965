"""How bad something sounds: whole phrases, the worst one counts, and nothing makes it slow."""

from __future__ import annotations

import time

import pytest

from fedconnect.models.case import Severity
from fedconnect.moderation.cases.triage import severity_of


@pytest.mark.parametrize(
    "text", ["", "   ", "Where is a respite place?", "He passed a gabuse station", "endangered"]
)
def test_what_speaks_of_nothing_bad_is_routine(text: str) -> None:
    assert severity_of(text) is Severity.ROUTINE


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO\n  die",
        "I don’t want to live",
        "suicidal thoughts",
        "Ich will nicht mehr leben.",
        "(overdose)",
    ],
)
def test_somebody_in_danger_is_found_in_any_case_and_over_lines(text: str) -> None:
    assert severity_of(text) is Severity.DANGER


@pytest.mark.parametrize("text", ["They harassed her", "my address is", "Rassistisch!"])
def test_somebody_who_is_hurt_is_found(text: str) -> None:
    assert severity_of(text) is Severity.HURT


def test_the_worst_counts_wherever_it_stands() -> None:
    assert severity_of("They harass me and I want to die") is Severity.DANGER
    assert severity_of("I want to die, since they harass me") is Severity.DANGER


def test_only_a_star_stands_for_the_rest_of_a_word() -> None:
    assert severity_of("overdosed") is Severity.ROUTINE
    assert severity_of("suicide") is Severity.DANGER
    assert severity_of("ecosuicide") is Severity.ROUTINE


def test_a_text_is_read_up_to_twenty_thousand_characters() -> None:
    phrase = "want to die"
    assert severity_of("x" * (19_999 - len(phrase)) + " " + phrase) is Severity.DANGER
    assert severity_of("x" * 20_000 + " " + phrase) is Severity.ROUTINE


def test_a_text_made_to_be_slow_is_not() -> None:
    begun = time.process_time()
    assert severity_of("suicide" * 100_000) is Severity.DANGER
    assert severity_of("want to " * 100_000) is Severity.ROUTINE
    assert time.process_time() - begun < 1
