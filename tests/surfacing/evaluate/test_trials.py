"""One data set, one seed: what is measured, and what is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.evaluate import attacks, trials
from fedconnect.surfacing.evaluate.attacks import Attack
from fedconnect.surfacing.evaluate.dataset import VENDORED, Dataset
from fedconnect.surfacing.evaluate.generating import SHAPES
from fedconnect.surfacing.evaluate.trials import OURS, Trial, load, run_trial
from support.surfacing_rows import a_dataset

POSTS = [(1.0, 90, "bread and butter"), (2.0, 91, "sleep at night"), (3.0, 92, "trains to the coast")]
POLICIES = ("chronological", OURS)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Few posts for many readers, whatever data set is asked for."""
    found = a_dataset(*POSTS, readers=30, name="tiny")
    monkeypatch.setattr(trials, "load", lambda source, seed: found)
    return found


def few_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    crowded = a_dataset(*((float(hour), 90 + hour, f"word{hour}") for hour in range(56)), readers=20)
    monkeypatch.setattr(trials, "load", lambda source, seed: crowded)


def test_a_floor_that_cannot_be_promised_is_not_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    few_readers(monkeypatch)
    done = run_trial(Trial("tiny", 1, (OURS,), twice=True))
    assert 0 < done.twice_promised < 20
    assert done.twice == {}


@pytest.mark.usefixtures("data")
def test_nothing_is_measured_that_was_not_asked_for() -> None:
    done = run_trial(Trial("tiny", 1, ("chronological",)))
    assert list(done.figures) == list(done.curves) == ["chronological"]
    assert (done.twice, done.twice_promised, done.attacks) == ({}, 0, {})


@pytest.mark.usefixtures("data")
def test_each_policy_has_its_figures_and_a_curve_from_nothing_to_all() -> None:
    trial = Trial("tiny", 3, POLICIES, twice=True)
    done = run_trial(trial)
    assert done.trial is trial
    assert (done.name, done.posts, done.readers, done.promised) == ("tiny", 3, 30, 10)
    assert done.visits > 30
    assert 0 < done.demand < 1
    assert list(done.figures) == list(done.curves) == list(POLICIES)
    assert all((curve[0], curve[-1]) == (0.0, 1.0) for curve in done.curves.values())
    assert done.twice_promised == 20
    assert list(done.twice) == [OURS]
    assert done.twice[OURS].attained <= done.figures[OURS].attained == 1.0


@pytest.mark.usefixtures("data")
def test_the_same_seed_measures_the_same_and_another_draws_other_visits() -> None:
    one, again, other = (run_trial(Trial("tiny", seed, POLICIES)) for seed in (1, 1, 2))
    assert one == again
    assert one.visits != other.visits


def test_each_attack_is_replayed_with_its_seed_and_told_beside_those_of_others(
    data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Dataset, int]] = []

    def attacker(attacked: Dataset, seed: int) -> Attack:
        asked.append((attacked, seed))
        return Attack(attacked, frozenset({92}))

    monkeypatch.setattr(attacks, "ATTACKS", {"a": attacker, "b": attacker})
    done = run_trial(Trial("tiny", 4, (OURS,), attacked=True))
    assert asked == [(data, 4), (data, 4)]
    assert set(done.attacks) == {"a", "b"}
    exposure, others_heard, floors = done.attacks["a"]
    assert 0.5 < exposure < 2
    assert (others_heard, floors) == (1.0, 1.0)


def test_a_folder_without_posts_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        load(str(tmp_path), 1)


def test_a_data_set_is_known_by_its_name_before_any_folder_of_that_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(trials, "read_votes", lambda folder, how, name="": asked.append((folder, name)))
    monkeypatch.setattr(trials, "generate", lambda shape, seed: asked.append((shape, seed)))
    monkeypatch.chdir(tmp_path)
    for name in ("polis", "village", "elsewhere"):
        (tmp_path / name).mkdir()
        load(name, 7)
    assert asked == [(VENDORED, "polis"), (SHAPES["village"], 7), (Path("elsewhere"), "")]
