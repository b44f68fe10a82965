"""An evaluation: data sets times seeds, side by side on the processors that there are."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

from fedconnect.surfacing.evaluate.assumptions import Assumptions
from fedconnect.surfacing.evaluate.attacks import IN_LARGE_FORUMS, IN_SMALL_FORUMS
from fedconnect.surfacing.evaluate.generating import SMALL
from fedconnect.surfacing.evaluate.policies import POLICIES
from fedconnect.surfacing.evaluate.trials import BASE, NEWEST, OURS, Result, Trial, run_trial

SEEDS = 5
_PAIR = (NEWEST, BASE, OURS)
_FEW = 10  # readers: where one who writes without end could bury everybody


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What is measured on one data set; with so many `repeats` of each seed, by the seeds that follow it."""

    source: str
    policies: tuple[str, ...]
    twice: bool = False
    attacks: tuple[str, ...] = ()
    repeats: int = 1


EVERYTHING = (
    EvaluationPlan("polis", tuple(POLICIES), twice=True),
    EvaluationPlan("estuary", tuple(POLICIES)),
    EvaluationPlan("arrivals", tuple(POLICIES)),
    EvaluationPlan("village", _PAIR, twice=True),
    EvaluationPlan("brook", _PAIR, twice=True),
    EvaluationPlan("weir", _PAIR, attacks=IN_LARGE_FORUMS),
    EvaluationPlan("river", _PAIR),
    EvaluationPlan("flood", _PAIR),
    EvaluationPlan("forty-boards", _PAIR),
    EvaluationPlan("tides", _PAIR),
    EvaluationPlan("founders", _PAIR, repeats=4),
    *(
        EvaluationPlan(shape.name, _PAIR, repeats=4, attacks=IN_SMALL_FORUMS if shape.readers == _FEW else ())
        for shape in SMALL  # a single one of so few says little
    ),
)


def plans_for(source: str) -> tuple[EvaluationPlan, ...]:
    """Return what is measured: `all`, or everything on one data set."""
    return EVERYTHING if source == "all" else (EvaluationPlan(source, tuple(POLICIES), twice=True),)


def draw_seeds(count: int = SEEDS) -> list[int]:
    """Return seeds that nobody knew before."""
    return [secrets.randbelow(2**31) for _ in range(count)]


def trials_of(plans: Sequence[EvaluationPlan], seeds: Sequence[int], assumptions: Assumptions) -> list[Trial]:
    """Return every trial, the longest first."""
    return [
        Trial(plan.source, seed, plan.policies, plan.twice, plan.attacks, assumptions)
        for plan in plans
        for first in seeds
        for seed in range(first, first + plan.repeats)
    ]


def run_trials(trials: Sequence[Trial], processes: int | None = None) -> Iterator[Result]:
    """Run trials side by side and give each result as it comes."""
    workers = processes or min(len(trials), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(run_trial, trial) for trial in trials]):
            yield future.result()


def in_order(results: Sequence[Result], plans: Sequence[EvaluationPlan]) -> list[list[Result]]:
    """Return the results of each data set, in the order of the plans, by seed."""
    found = []
    for plan in plans:
        own = sorted(
            (one for one in results if one.trial.source == plan.source), key=lambda one: one.trial.seed
        )
        if own:
            found.append(own)
    return found
