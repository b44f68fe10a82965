"""Learning: what was held back is told from what is safe, and the limit lies where real posts raise no alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.moderation.danger import training
from fedconnect.moderation.danger.classifier import unpack
from fedconnect.moderation.danger.corpus_lines import CorpusLine
from fedconnect.moderation.danger.traits import windows

PEOPLE = ("my dad", "the carer", "my uncle", "his mother", "a nurse", "our neighbour", "my boss", "her son")
LINES = [
    *(CorpusLine(f"{{yesterday|}} {one} locked me in the cellar", True, 0) for one in PEOPLE),
    *(CorpusLine(f"{one} baked me a cake for the party", False, 0) for one in PEOPLE),
]


def test_it_learns_what_tells_danger_apart_and_real_posts_stay_below_the_limit() -> None:
    posts = [f"{one} should lower the tax on beer" for one in PEOPLE]
    kept, figures = training.learn(LINES, posts)
    weights = unpack(kept)

    def score(text: str) -> float:
        (words,) = windows(text)
        return weights.score(words)

    assert score("my sister locked me in the attic") > 0
    assert score("my sister baked me a tart") < score("my sister locked me in")
    assert all(score(one) <= 0.1 for one in posts)
    assert "held-back lines found" in figures
    assert training.learn(LINES, posts)[0] == kept, "the same bytes each time"


def test_real_posts_are_those_of_a_language_and_not_the_ones_that_measure() -> None:
    english, german = training.real_posts("en"), training.real_posts("de")
    assert len(english) > 2000
    assert 100 < len(german) < 600
    assert len(training._lines(training._FORUM)) > 2000, "half of which are not learnt from"


def test_what_it_writes_is_where_the_classifier_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "WEIGHTS", tmp_path)
    monkeypatch.setattr(training, "read_lines", lambda _language: LINES)
    monkeypatch.setattr(training, "real_posts", lambda _language: ["a post about beer and bread"] * 9)
    training.main(["en"])
    assert unpack((tmp_path / "en.bin").read_bytes()).scale > 0
