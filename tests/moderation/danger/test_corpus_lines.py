"""The corpus: choices in braces, blocks, and that no measured sentence is learnt from."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fedconnect.moderation.danger.classifier import LANGUAGES
from fedconnect.moderation.danger.corpus_lines import expand, read_lines

SAMPLES = Path(__file__).parents[2] / "samples" / "danger"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_measured_with_is_not_learnt_from(language: str) -> None:
    measured = set(
        (SAMPLES / f"{language}.measured.txt").read_text(encoding="utf-8").casefold().splitlines()
    ) - {""}
    learnt = {
        one.casefold() for line in read_lines(language) for one in expand(line.text, 50, random.Random(1))
    }
    assert measured & learnt == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_corpus_has_danger_and_its_opposite_and_well_formed_choices(language: str) -> None:
    lines = read_lines(language)
    assert {one.is_danger for one in lines} == {True, False}
    assert [
        one.text for one in lines if set("{}") & set("".join(expand(one.text, 1, random.Random(0))))
    ] == []


def test_choices_are_drawn_the_first_ones_first_and_no_sentence_twice() -> None:
    found = expand("{he|she} {|really }shouts", 10, random.Random(1))
    assert found[0] == "he shouts"
    assert sorted(found) == ["he really shouts", "he shouts", "she really shouts", "she shouts"]
    assert expand("plain words", 5, random.Random(1)) == ["plain words"]


def test_blocks_are_numbered_by_the_empty_lines_between(tmp_path: Path) -> None:
    (tmp_path / "en.danger.txt").write_text("a\nb\n\nc\n")
    (tmp_path / "en.safe.txt").write_text("d\n")
    found = [(one.text, one.is_danger, one.block) for one in read_lines("en", tmp_path)]
    assert found == [("a", True, 0), ("b", True, 0), ("c", True, 1), ("d", False, 0)]
