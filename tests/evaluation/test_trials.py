"""One data set, one seed: what is measured, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fedconnect.evaluation import attacks, trials
from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.attacks import Attack
from fedconnect.evaluation.dataset import VENDORED, Dataset
from fedconnect.evaluation.generating import SHAPES
from fedconnect.evaluation.trials import OURS, Trial, load, run_trial
from fedconnect.evaluation.world import World
from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.parameters import Parameters
from support.surfacing_rows import a_dataset

POSTS = [(1.0, 90, "bread and butter"), (2.0, 91, "sleep at night"), (3.0, 92, "trains to the coast")]
POLICIES = ("chronological", OURS)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Few posts for many readers, whatever data set is asked for."""
    found = a_dataset(*POSTS, readers=30, name="tiny")
    monkeypatch.setattr(trials, "load", lambda source, seed: found)
    return found


def test_where_twenty_are_asked_for_each_post_is_promised_what_its_board_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = a_dataset(*POSTS, readers=90)
    monkeypatch.setattr(trials, "load", lambda source, seed: many)
    done = run_trial(Trial("tiny", 1, (OURS,), twice=True))
    assert done.figures[OURS].promised == 10
    assert 10 < done.twice[OURS].promised <= 20


def test_a_trial_replays_its_people_as_it_assumes_them_to_be(data: Dataset) -> None:
    texts, moments = ["bread and butter", "more bread", "trains"], np.array([-1.0, 2.0, 3.0])
    taught = replace(data, texts=texts, arrival_h=moments, history=[[0] for _ in range(30)])
    shy = Trial("tiny", 1, (OURS,), assumptions=Assumptions(travelling=0.0, learning=0.0))
    everybody = Trial("tiny", 1, (OURS,)).world_of(taught, trials.in_force())
    nobody = shy.world_of(taught, trials.in_force())
    assert (everybody.travels.all(), nobody.travels.any()) == (True, False)
    assert nobody.fits.max() < everybody.fits.max()
    assert (everybody.floor, shy.world_of(taught, trials.in_force(), 20).floor) == (10, 20)


def test_the_assumptions_of_a_trial_hold_under_attack_and_with_twenty_too(
    data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, Assumptions, int]] = []
    real = trials.build_world

    def build(
        own: Dataset, parameters: Parameters, floor: int | None, assumed: Assumptions, seed: int
    ) -> World:
        asked.append((floor or 10, assumed, seed))
        return real(own, parameters, floor, assumed, seed)

    monkeypatch.setattr(trials, "build_world", build)
    monkeypatch.setattr(attacks, "ATTACKS", {"a": lambda own, seed: Attack(own, frozenset({92}))})
    half = Assumptions(0.5, 0.5)
    run_trial(Trial("tiny", 4, (OURS,), twice=True, attacks=("a",), assumptions=half))
    assert asked == [(10, half, 4), (20, half, 4), (10, half, 4)]


@pytest.mark.usefixtures("data")
def test_nothing_is_measured_that_was_not_asked_for() -> None:
    done = run_trial(Trial("tiny", 1, ("chronological",)))
    assert list(done.figures) == list(done.curves) == ["chronological"]
    assert (done.twice, done.attacks) == ({}, {})


@pytest.mark.usefixtures("data")
def test_each_policy_has_its_figures_and_a_curve_from_nothing_to_all() -> None:
    trial = Trial("tiny", 3, POLICIES, twice=True)
    done = run_trial(trial)
    assert done.trial is trial
    assert (done.name, done.posts, done.readers) == ("tiny", 3, 30)
    assert done.visits > 30
    assert 0 < done.demand < 1
    assert list(done.figures) == list(done.curves) == list(POLICIES)
    assert all((curve[0], curve[-1]) == (0.0, 1.0) for curve in done.curves.values())
    assert list(done.twice) == [OURS]
    assert done.twice[OURS].attained <= done.figures[OURS].attained == 1.0
    assert 0 < done.figures[OURS].promised <= 10


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
    done = run_trial(Trial("tiny", 4, (OURS,), attacks=("a", "b")))
    assert asked == [(data, 4), (data, 4)]
    assert set(done.attacks) == {"a", "b"}
    attacked, without = done.attacks["a"]
    assert attacked == without, "nothing was added"
    assert 0.5 < attacked.exposure < 2
    assert attacked.attained == 1.0


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


def test_mastodon_digest_goes_by_what_was_done_where_people_read_the_newest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    liked = a_dataset(*POSTS, readers=30, likes=[[0, 1, 2]] * 30)
    monkeypatch.setattr(trials, "load", lambda source, seed: liked)
    asked: list[tuple[Any, int]] = []
    real = trials.replay

    def listen(
        world: World, policy: Any, visits: Any, how: Parameters, seed: int, elsewhere: Any = ()
    ) -> Any:
        asked.append((policy, len(elsewhere)))
        return real(world, policy, visits, how, seed, elsewhere)

    monkeypatch.setattr(trials, "replay", listen)
    alone = run_trial(Trial("tiny", 1, ("mastodon_digest",)))
    assert [one[0] for one in asked] == [trials.POLICIES["chronological"], trials.POLICIES["mastodon_digest"]]
    assert asked[1][1] > 0
    beside = run_trial(Trial("tiny", 1, ("chronological", "mastodon_digest", OURS)))
    assert beside.figures["mastodon_digest"] == alone.figures["mastodon_digest"]
    assert [count > 0 for _, count in asked[2:]] == [False, True, False]
    assert alone.figures["mastodon_digest"].ndcg > 0
