"""Results that were kept are those of this very code and these parameters, or none."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from fedconnect.evaluation import kept_results
from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.kept_results import KeptResults
from fedconnect.evaluation.trials import BASE, NEWEST, OURS, Trial, run_trial
from fedconnect.foundation.errors import Malformed

TRIAL = Trial(
    "forum-3-5", 3, (NEWEST, BASE, OURS), attacks=("one author, 50 a day",), assumptions=Assumptions(0.5, 0.5)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.jsonl"


def test_what_other_code_gave_is_not_taken(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    KeptResults(file).add(run_trial(TRIAL))
    monkeypatch.setattr(kept_results, "_version", lambda: "another")
    assert KeptResults(file).find(TRIAL) is None


def test_a_change_of_code_or_of_a_parameter_is_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_results, "_CODE", (tmp_path,))
    monkeypatch.setattr(kept_results, "FILE", tmp_path / "parameters.toml")
    (tmp_path / "parameters.toml").write_text("sharing = 0.3")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "ranking.py").write_text("x = 1")
    versions = [kept_results._version()]
    (tmp_path / "deeper" / "ranking.py").write_text("x = 2")
    versions.append(kept_results._version())
    (tmp_path / "parameters.toml").write_text("sharing = 0.1")
    versions.append(kept_results._version())
    assert len(set(versions)) == 3


def test_what_was_kept_comes_back_as_it_was_and_for_its_trial_alone(file: Path) -> None:
    result = run_trial(TRIAL)
    kept = KeptResults(file)
    kept.begin([3, 4])
    kept.add(result)
    again = KeptResults(file)
    found = again.find(TRIAL)
    assert found is not None
    assert again.seeds == [3, 4]
    assert repr(found) == repr(result), "not a number is a number too"
    assert math.isnan(found.figures[OURS].first_answered_in_a_day) or found == result
    for other in (
        replace(TRIAL, seed=4),
        replace(TRIAL, assumptions=Assumptions(0.5, 0.6)),
        replace(TRIAL, twice=True),
    ):
        assert again.find(other) is None


def test_a_line_that_was_cut_off_is_left_out_and_the_next_one_is_whole(file: Path) -> None:
    kept = KeptResults(file)
    kept.begin([3])
    kept.add(run_trial(TRIAL))
    whole = file.read_text()
    file.write_text(whole[: len(whole) // 2])
    cut = KeptResults(file)
    assert (cut.seeds, cut.find(TRIAL)) == ([3], None)
    cut.add(run_trial(TRIAL))
    assert KeptResults(file).find(TRIAL) is not None


@pytest.mark.parametrize("text", ["not at all", '{"a": 1}\n', "[1]\n"])
def test_a_file_of_something_else_is_refused_and_left_alone(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(Malformed):
        KeptResults(file)
    assert file.read_text() == text


def test_a_file_that_is_too_large_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    KeptResults(file).begin([1])
    monkeypatch.setattr(kept_results, "_LARGEST", 5)
    with pytest.raises(Malformed):
        KeptResults(file)


def test_the_seeds_are_the_last_ones_and_none_where_nothing_was_kept(file: Path) -> None:
    assert KeptResults(file).seeds == []
    KeptResults(file).begin([1])
    KeptResults(file).begin([2, 3])
    assert KeptResults(file).seeds == [2, 3]
