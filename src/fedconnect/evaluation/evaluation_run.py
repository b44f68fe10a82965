"""An evaluation: data sets times seeds, side by side on the processors that there are."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.attacks import IN_LARGE_FORUMS, IN_SMALL_FORUMS
from fedconnect.evaluation.generating import LISTENING, SMALL
from fedconnect.evaluation.kept_results import KeptResults
from fedconnect.evaluation.policies import POLICIES
from fedconnect.evaluation.trials import BASE, NEWEST, OURS, Result, Trial, run_trial

SEEDS = 5
GRID_SEEDS = 2
GRID_TRAVELLING = (0.0, 0.15, 0.5, 1.0)
GRID_LEARNING = (0.0, 0.5, 1.0)
_PAIR = (NEWEST, BASE, OURS)
_OTHERS = tuple(name for name in POLICIES if name not in _PAIR)
_FEW = 10  # readers: where one who writes without end could bury everybody


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What is measured on one data set; with so many `repeats` of each seed, by the seeds that follow it. `policies`: under
    every seed; `beside`: under the first two as well, since those of others have no target of their own."""

    source: str
    policies: tuple[str, ...]
    beside: tuple[str, ...] = ()
    twice: bool = False
    attacks: tuple[str, ...] = ()
    repeats: int = 1


EVERYTHING = (
    EvaluationPlan("polis", _PAIR, beside=_OTHERS, twice=True),
    EvaluationPlan("estuary", _PAIR, beside=_OTHERS),
    EvaluationPlan("arrivals", _PAIR, beside=_OTHERS),
    EvaluationPlan("village", _PAIR, twice=True),
    EvaluationPlan("brook", _PAIR, twice=True),
    EvaluationPlan("weir", _PAIR, attacks=IN_LARGE_FORUMS),
    EvaluationPlan("river", _PAIR),
    EvaluationPlan("flood", _PAIR),
    EvaluationPlan("forty-boards", _PAIR),
    EvaluationPlan("archipelago", _PAIR),
    EvaluationPlan("tides", _PAIR),
    EvaluationPlan("founders", _PAIR, repeats=4),
    *(EvaluationPlan(shape.name, _PAIR, repeats=4) for shape in LISTENING),
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
        Trial(
            plan.source,
            seed,
            _in_order((*plan.policies, *(plan.beside if number < GRID_SEEDS else ()))),
            plan.twice,
            plan.attacks,
            assumptions,
        )
        for plan in plans
        for number, first in enumerate(seeds)
        for seed in range(first, first + plan.repeats)
    ]


def _in_order(policies: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in POLICIES if name in policies)


def grid_of(source: str, seeds: Sequence[int], assumed: Assumptions) -> list[Trial]:
    """Return the trials of one data set for each share of authors who let posts travel and of readers who said yes."""
    return [
        Trial(source, seed, _PAIR, assumptions=replace(assumed, travelling=travelling, learning=learning))
        for travelling in GRID_TRAVELLING
        for learning in GRID_LEARNING
        for seed in seeds
    ]


def run_trials(
    trials: Sequence[Trial], processes: int | None = None, kept: KeptResults | None = None
) -> Iterator[Result]:
    """Run trials side by side and give each result as it comes; what was kept is given first, and not run again."""
    known = [] if kept is None else [one for one in map(kept.find, trials) if one is not None]
    yield from known
    done = {one.trial for one in known}
    rest = [trial for trial in trials if trial not in done]
    if not rest:
        return
    workers = min(len(rest), processes or os.cpu_count() or 1)
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        for future in as_completed([pool.submit(run_trial, trial) for trial in rest]):
            result = future.result()
            if kept is not None:
                kept.add(result)
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker end when the process that began it ends, however it does: a signal, or nobody asked it."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


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
