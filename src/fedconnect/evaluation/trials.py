"""One data set, one seed: everything that is measured on it, in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fedconnect.evaluation import attacks
from fedconnect.evaluation.assumptions import EVERYBODY, Assumptions
from fedconnect.evaluation.dataset import VENDORED, Dataset, read_votes
from fedconnect.evaluation.figures import (
    AttackFigures,
    Figures,
    measure,
    measure_attack,
)
from fedconnect.evaluation.generating import SHAPES, generate
from fedconnect.evaluation.policies import POLICIES
from fedconnect.evaluation.run import Run
from fedconnect.evaluation.simulation import replay
from fedconnect.evaluation.visits import draw_visits
from fedconnect.evaluation.world import World, build_world
from fedconnect.surfacing.inequality import lorenz
from fedconnect.surfacing.parameters import Parameters, in_force

BASE = "relevance only"
OURS = "ours"
NEWEST = "chronological"
DIGEST = "mastodon_digest"
KNOWN = frozenset({"polis", "all", *SHAPES})
_TWICE = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What to do: a data set by name or folder, a seed, which policies; `twice`: also with a floor of 20;
    `attacks`: also with each of these in it."""

    source: str
    seed: int
    policies: tuple[str, ...]
    twice: bool = False
    attacks: tuple[str, ...] = ()
    assumptions: Assumptions = EVERYBODY

    def world_of(self, data: Dataset, parameters: Parameters, floor: int | None = None) -> World:
        """Return a data set ready for replay, as this trial assumes its people to be."""
        return build_world(data, parameters, floor, self.assumptions, self.seed)


@dataclass(slots=True)
class Result:
    """What came of a trial: figures by policy, Lorenz curves by policy, and the attacks, each with what came for the
    same posts without it."""

    trial: Trial
    name: str
    posts: int
    readers: int
    visits: int
    demand: float
    figures: dict[str, Figures] = field(default_factory=dict)
    curves: dict[str, list[float]] = field(default_factory=dict)
    twice: dict[str, Figures] = field(default_factory=dict)
    attacks: dict[str, tuple[AttackFigures, AttackFigures]] = field(default_factory=dict)


def load(source: str, seed: int) -> Dataset:
    """Return a data set: `polis`, a generated one by its name, or a folder with items.tsv and votes.tsv.

    Raises:
        Malformed: a folder without them.
    """
    if source == "polis":
        return read_votes(VENDORED, in_force().evaluation, name="polis")
    if source in SHAPES:
        return generate(SHAPES[source], seed)
    return read_votes(Path(source), in_force().evaluation)


def run_trial(trial: Trial) -> Result:
    """Do what a trial asks for."""
    parameters = in_force()
    data = load(trial.source, trial.seed)
    world = trial.world_of(data, parameters)
    visits = draw_visits(world, parameters, trial.seed)
    result = Result(trial, data.name, len(world.arrival_h), data.readers, len(visits.reader), world.demand)
    newest: Run | None = None
    for policy in trial.policies:
        if policy == DIGEST and newest is None:
            newest = replay(world, POLICIES[NEWEST], visits, parameters, trial.seed)
        elsewhere = newest.engagements if policy == DIGEST and newest is not None else ()
        run = replay(world, POLICIES[policy], visits, parameters, trial.seed, elsewhere)
        newest = run if policy == NEWEST else newest
        result.figures[policy] = measure(world, run, parameters)
        result.curves[policy] = lorenz(run.seen)
    if trial.twice:
        _measure_twice(result, data, parameters)
    if trial.attacks:
        peace = replay(world, POLICIES[OURS], visits, parameters, trial.seed)
    for name in trial.attacks:
        attack = attacks.ATTACKS[name](data, trial.seed)
        theirs = attack.theirs(world.authors, world.boards)
        without = measure_attack(world, peace, theirs, parameters)
        result.attacks[name] = _measure_attack(attack, trial, parameters), without
    return result


def _measure_twice(result: Result, data: Dataset, parameters: Parameters) -> None:
    world = result.trial.world_of(data, parameters, _TWICE)
    visits = draw_visits(world, parameters, result.trial.seed)
    run = replay(world, POLICIES[OURS], visits, parameters, result.trial.seed)
    result.twice[OURS] = measure(world, run, parameters)


def _measure_attack(attack: attacks.Attack, trial: Trial, parameters: Parameters) -> AttackFigures:
    world = trial.world_of(attack.data, parameters)
    visits = draw_visits(world, parameters, trial.seed)
    run = replay(world, POLICIES[OURS], visits, parameters, trial.seed)
    return measure_attack(world, run, attack.theirs(world.authors, world.boards), parameters)
