"""What is measured on which data, and in which order it is told."""

from __future__ import annotations

from pathlib import Path

from fedconnect.evaluation import evaluation_run
from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.attacks import ATTACKS, FIFTY_A_DAY
from fedconnect.evaluation.evaluation_run import EvaluationPlan, in_order, plans_for, trials_of
from fedconnect.evaluation.kept_results import KeptResults
from fedconnect.evaluation.policies import POLICIES
from fedconnect.evaluation.trials import BASE, NEWEST, OURS, Result, Trial


def result(source: str, seed: int) -> Result:
    return Result(Trial(source, seed, (BASE, OURS)), source, 4, 2, 2, 0.2)


def test_results_are_told_in_the_order_of_the_plans_whoever_was_ready_first() -> None:
    plans = (
        EvaluationPlan("river", (BASE, OURS)),
        EvaluationPlan("flood", (OURS,)),
        EvaluationPlan("brook", (BASE, OURS), attacks=("a",)),
    )
    half = Assumptions(0.5, 0.5)
    trials = trials_of(plans, [3, 1], half)
    assert {one.assumptions for one in trials} == {half}
    assert [(one.source, one.seed, one.attacks) for one in trials[3:]] == [
        ("flood", 1, ()), ("brook", 3, ("a",)), ("brook", 1, ("a",)),
    ]  # fmt: skip
    ready = [result(source, seed) for source, seed in (("brook", 3), ("river", 3), ("brook", 1))]
    told = [[(one.trial.source, one.trial.seed) for one in each] for each in in_order(ready, plans)]
    assert told == [[("river", 3)], [("brook", 1), ("brook", 3)]]
    assert plans_for("all") == evaluation_run.EVERYTHING
    assert plans_for("folder") == (EvaluationPlan("folder", tuple(POLICIES), twice=True),)
    assert len(set(evaluation_run.draw_seeds(5))) == 5


def test_wherever_ours_is_measured_the_newest_first_and_relevance_only_are_beside_it() -> None:
    for plan in evaluation_run.EVERYTHING:
        assert {NEWEST, BASE, OURS} <= set(plan.policies) <= set(POLICIES), plan.source


def test_the_orders_of_others_are_replayed_under_two_seeds_and_told_in_one_order() -> None:
    plan = EvaluationPlan("polis", (NEWEST, OURS), beside=("Reddit hot", "random"))
    all_four = ("random", NEWEST, "Reddit hot", OURS)
    trials = trials_of((plan,), [5, 3, 4], Assumptions(0.5, 0.5))
    assert [one.policies for one in trials] == [all_four, all_four, (NEWEST, OURS)]
    everywhere = [plan.source for plan in evaluation_run.EVERYTHING if plan.beside]
    assert everywhere == ["polis", "estuary", "arrivals"]


def test_every_attack_is_replayed_somewhere_and_a_flood_where_few_read() -> None:
    replayed = {name for plan in evaluation_run.EVERYTHING for name in plan.attacks}
    assert replayed == set(ATTACKS)
    floods = [plan.source for plan in evaluation_run.EVERYTHING if FIFTY_A_DAY in plan.attacks]
    assert floods == ["forum-10-5", "forum-10-10"]


def test_what_is_repeated_is_replayed_with_the_seeds_that_follow() -> None:
    trials = trials_of((EvaluationPlan("forum-3-5", (OURS,), repeats=3),), [7, 20], Assumptions(0.5, 0.5))
    assert [one.seed for one in trials] == [7, 8, 9, 20, 21, 22]


def test_a_small_forum_is_replayed_twenty_times() -> None:
    few = [plan.repeats for plan in evaluation_run.EVERYTHING if plan.source.startswith("forum-")]
    assert few == [4] * 7
    assert evaluation_run.SEEDS * 4 == 20


def test_what_was_kept_is_given_and_not_run_again(tmp_path: Path) -> None:
    trials = trials_of((EvaluationPlan("forum-3-5", (OURS,)),), [7, 8], Assumptions(0.5, 0.5))
    kept = KeptResults(tmp_path / "kept")
    for trial in trials:
        kept.add(Result(trial, "forum-3-5", 4, 2, 2, 0.2))
    known = KeptResults(tmp_path / "kept")
    assert [one.trial for one in evaluation_run.run_trials(trials, 1, known)] == trials


def test_a_grid_has_every_pair_of_shares_and_every_seed() -> None:
    trials = evaluation_run.grid_of("estuary", [1, 2], Assumptions(0.3, 0.3, 50, 0.78))
    assert len(trials) == len(set(trials)) == 4 * 3 * 2
    assert {(one.assumptions.servers, one.assumptions.answering) for one in trials} == {(50, 0.78)}
    assert {one.policies for one in trials} == {(NEWEST, BASE, OURS)}
