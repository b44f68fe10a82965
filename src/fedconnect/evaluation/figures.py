"""What a replay came to, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from fedconnect.evaluation.run import Run
from fedconnect.evaluation.world import World
from fedconnect.surfacing.inequality import gini
from fedconnect.surfacing.parameters import Parameters

_THREE = 3  # people who answered
FEW = 5  # history items of a reader whom we hardly know
_DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One replay in numbers; shares from 0 to 1.

    Of all posts on the boards whose time is over: `seen_by_10` and `seen_by_k` qualified readers in time, ten or what
    their board promised them; `answered_only` without that; `neither`; `unseen`: nobody looked at it in a week. `attained` is the second and third together, the
    record that the product shows. `kept`: beside these, where no views are promised, somebody was asked to answer within
    twelve hours, which is the promise then; `no_views`: how many those are. `promised`: k_b, the mean of all. `gini_within` is the mean of each board's own, by its
    posts that are not barred. Posts over quota and near-duplicates have no
    reserved places and are among all posts. `three_answers`: of all posts, in time. `answers_heard`: of the answers that had a
    hearing, seen as promised or replied to in time. `author_back`: of the posts with an answer, their author replied; `first_author_back`: of people's first posts.
    """

    seen_by_10: float
    seen_by_k: float
    answered_only: float
    neither: float
    unseen: float
    attained: float
    kept: float
    no_views: float
    promised: float
    over_quota: float
    near_duplicate: float
    not_over_yet: float
    ndcg: float
    ndcg_few: float
    recall: float
    gini: float
    gini_within: float
    engaged_per_1000: float
    without_engagement: float
    reserved: float
    first_answered_in_an_hour: float
    first_answered_in_half_a_day: float
    first_answered_in_a_day: float
    first_author_back: float
    answers_a_post: float
    three_answers: float
    answers_heard: float
    author_back: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds with its 95 % interval."""

    mean: float
    low: float
    high: float


def measure(world: World, run: Run, parameters: Parameters) -> Figures:
    """Return what a replay came to."""
    hours = world.hours
    over = world.arrival_h <= world.days * _DAY_H - hours
    duplicate = world.duplicates != np.arange(len(world.duplicates))
    heard = run.when_heard_h <= hours
    answered_at_all = run.first_answer_h < np.inf
    answered = ~heard & (run.first_answer_h <= hours)
    no_views = run.floors == 0
    was_asked = no_views & (run.asked_h <= _DAY_H / 2)
    settled = world.arrival_h <= world.days * _DAY_H - parameters.ranking.life_days * _DAY_H
    judged = run.ideal > 0
    few = judged & (world.history_length[run.visitor] <= FEW)
    first = world.first & (world.arrival_h <= world.days * _DAY_H - _DAY_H)
    return Figures(
        seen_by_10=_share((run.when_ten_h <= hours)[over]),
        seen_by_k=_share(heard[over]),
        answered_only=_share(answered[over]),
        neither=_share(~(heard | answered)[over]),
        unseen=_share(run.seen[settled] == 0),
        attained=_share((heard | answered)[over]),
        kept=_share((heard | answered | was_asked)[over]),
        no_views=_share(no_views[over]),
        promised=_mean(run.floors[over]),
        over_quota=_share(world.over_quota),
        near_duplicate=_share(duplicate & ~world.over_quota),
        not_over_yet=_share(~over),
        ndcg=_mean(run.dcg[judged] / run.ideal[judged]),
        ndcg_few=_mean(run.dcg[few] / run.ideal[few]),
        recall=run.met / max(1, int(world.liked.sum())),
        gini=gini(run.seen[settled]),
        gini_within=_gini_within(world, run, settled & ~world.barred),
        engaged_per_1000=1000 * float(run.engaged.sum()) / max(1, run.examined),
        without_engagement=_share(run.engaged[settled] == 0),
        reserved=run.reserved / max(1, run.shown),
        first_answered_in_an_hour=_share(run.first_answer_h[first] <= 1),
        first_answered_in_half_a_day=_share(run.first_answer_h[first] <= _DAY_H / 2),
        first_answered_in_a_day=_share(run.first_answer_h[first] <= _DAY_H),
        first_author_back=_share((run.author_back_h < np.inf)[first & answered_at_all]),
        answers_a_post=len(run.answers) / max(1, len(world.arrival_h)),
        three_answers=_share((_third_answers(world, run) <= hours)[over]),
        answers_heard=_answers_heard(world, run, parameters),
        author_back=_share((run.author_back_h < np.inf)[over & answered_at_all]),
    )


@dataclass(frozen=True, slots=True)
class AttackFigures:
    """What came of an attack; shares from 0 to 1. `exposure`: of all that is looked at, over its share of all posts. Of
    everybody else's posts: `attained`, answered or seen as promised; `really_seen`, seen by as many honest readers of
    their audience as were promised; `unseen`, by nobody in a week."""

    exposure: float
    attained: float
    really_seen: float
    unseen: float


def measure_attack(
    world: World, run: Run, theirs: NDArray[np.bool_], parameters: Parameters
) -> AttackFigures:
    """Return what came of a replay for those posts that an attack is to help, and for the others."""
    hours, end_h = world.hours, world.days * _DAY_H
    over = ~theirs & (world.arrival_h <= end_h - hours)
    settled = ~theirs & (world.arrival_h <= end_h - parameters.ranking.life_days * _DAY_H)
    exposure = run.seen[theirs].sum() / run.seen.sum() / theirs.mean() if theirs.any() else math.nan
    return AttackFigures(
        exposure=float(exposure),
        attained=_share(((run.when_heard_h <= hours) | (run.first_answer_h <= hours))[over]),
        really_seen=_share((run.when_really_h <= hours)[over]),
        unseen=_share(run.seen[settled] == 0),
    )


def _third_answers(world: World, run: Run) -> NDArray[np.float64]:
    """Return at which age each post had its third answerer, else inf."""
    people: dict[int, set[int]] = {}
    found = np.full(len(world.arrival_h), np.inf)
    for answer in run.answers:
        known = people.setdefault(answer.about, set())
        known.add(answer.author)
        if len(known) == _THREE:
            found[answer.about] = min(found[answer.about], answer.at_h - world.arrival_h[answer.about])
    return found


def _answers_heard(world: World, run: Run, parameters: Parameters) -> float:
    hours = parameters.hearing.hours
    over = [one for one in run.answers if one.floor > 0 and one.begun_h <= world.days * _DAY_H - hours]
    return _mean(
        np.array([min(one.when_heard_h, one.replied_h) <= one.begun_h + hours for one in over], float)
    )


def _gini_within(world: World, run: Run, chosen: NDArray[np.bool_]) -> float:
    """Return how unequal attention is among the posts of one board, the mean over posts."""
    boards = world.boards[chosen]
    sizes = np.bincount(boards)
    each = [gini(run.seen[chosen & (world.boards == board)]) for board in np.flatnonzero(sizes)]
    kept = ~np.isnan(each)
    weights = sizes[sizes > 0][kept]
    return float(np.array(each)[kept] @ weights / weights.sum()) if kept.any() else math.nan


def estimate(values: Sequence[float]) -> Estimate:
    """Return mean and 95 % interval by Student's t; one value has no interval."""
    found = np.array([value for value in values if not math.isnan(value)])
    if len(found) == 0:
        return Estimate(math.nan, math.nan, math.nan)
    mean = float(found.mean())
    if len(found) == 1:
        return Estimate(mean, math.nan, math.nan)
    reach = float(student.ppf(0.975, len(found) - 1) * found.std(ddof=1) / math.sqrt(len(found)))
    return Estimate(mean, mean - reach, mean + reach)


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else math.nan


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else math.nan
