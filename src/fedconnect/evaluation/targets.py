"""What was promised of the ranking, beside what was measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fedconnect.evaluation import attacks
from fedconnect.evaluation.figures import AttackFigures, Estimate, Figures, estimate
from fedconnect.evaluation.generating import LISTENING
from fedconnect.evaluation.trials import BASE, NEWEST, OURS, Result

Measure = Callable[[Result], float]
KEPT = "of all posts, answered, seen as promised, or asked about"  # the last where no views are promised
_UNSEEN = {
    "forum-3-5": 0.23, "forum-10-5": 0.03, "forum-10-10": 0.03, "forum-30-10": 0.0, "forum-30-20": 0.0, "forum-60-10": 0.0,
    "forum-60-20": 0.0,
}  # fmt: skip
_LISTENED = frozenset(shape.name for shape in LISTENING)
_REALLY = (attacks.OLD_LOOKERS, attacks.SPREAD_LOOKERS, attacks.NEW_SOCKS, attacks.MET_SOCKS)
_WITHOUT_POSTS = (attacks.FORGED, *_REALLY)


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """A target on one data set. `is_least`: the figure should be at least the bound, else at most.

    `because`: what is known of why it is missed.
    """

    dataset: str
    target: str
    figure: Estimate
    bound: float
    is_least: bool
    because: str = ""

    @property
    def holds(self) -> bool:
        """Whether the mean meets the bound."""
        if math.isnan(self.figure.mean):
            return False
        return self.figure.mean >= self.bound if self.is_least else self.figure.mean <= self.bound


def judge(results: Sequence[Result]) -> list[TargetVerdict]:
    """Return the verdicts on the results of one data set, a seed each."""
    first = results[0]
    if OURS not in first.figures or BASE not in first.figures:
        return []
    verdicts: list[TargetVerdict] = []
    answers = first.trial.assumptions.answering > 0

    def at_least(target: str, bound: float, measure: Measure) -> None:
        verdicts.append(
            TargetVerdict(first.name, target, estimate([measure(one) for one in results]), bound, True)
        )

    def at_most(target: str, bound: float, measure: Measure) -> None:
        verdicts.append(
            TargetVerdict(first.name, target, estimate([measure(one) for one in results]), bound, False)
        )

    at_least(KEPT, 0.99 if answers else 0.97, lambda one: one.figures[OURS].kept)
    at_least(
        "the same beside the newest first", -0.005,  # a post or two: repetitions have no place on an own page
        lambda one: one.figures[OURS].attained - one.figures[NEWEST].attained if NEWEST in one.figures else math.nan,
    )  # fmt: skip
    if first.name in _UNSEEN:
        at_most("posts that nobody saw in a week", _UNSEEN[first.name], lambda one: one.figures[OURS].unseen)
    if first.name in _LISTENED and answers:
        at_least(
            "first posts answered within a day", 0.95, lambda one: one.figures[OURS].first_answered_in_a_day
        )
    if first.demand <= 0.36:  # beyond that, the promise itself is what is asked for
        at_most("nDCG lost against relevance only", 0.03, _loss(lambda one: one.ndcg))
        at_most("recall lost", 0.04, _loss(lambda one: one.recall))
        at_most("nDCG lost by readers hardly known", 0.05, _loss(lambda one: one.ndcg_few))
        at_most("places that are reserved", 0.06, lambda one: one.figures[OURS].reserved)
        at_most(
            "Gini of exposure beside relevance only", 0.90,
            lambda one: one.figures[OURS].gini / one.figures[BASE].gini,
        )  # fmt: skip
    if first.twice:
        at_least("the same where 20 are asked for", 0.99, lambda one: one.twice[OURS].attained)
        at_most("nDCG lost with 20", 0.09, _twice_loss)
    for name in first.attacks:
        if name == attacks.FIFTY_A_DAY:
            at_most(f"{name}: more of other people's posts unseen", 0.01, _more_unseen(name))
        elif name == attacks.GREEDY:
            at_most(f"{name}: exposure beside the same board without", 1.2, _more_exposed(name))
        elif name not in _WITHOUT_POSTS:  # what counts there is whether others are still heard
            at_most(f"{name}: exposure over its share", 1.2, _attack(name, lambda one: one.exposure))
        if name in _REALLY:
            at_least(
                f"{name}: posts really seen as promised", 0.97, _attack(name, lambda one: one.really_seen)
            )
        elif name != attacks.FIFTY_A_DAY:
            others = f"{name}: other people's posts answered or seen as promised"
            at_least(others, 0.99, _attack(name, lambda one: one.attained))
    return [replace(one, because=_why(one, results)) for one in verdicts]


def _why(verdict: TargetVerdict, results: Sequence[Result]) -> str:
    """Say what else was measured where a target is missed."""
    if verdict.holds:
        return ""
    if verdict.target == KEPT:
        own = [one.figures[OURS] for one in results]
        return (
            f"its boards promise {estimate([one.promised for one in own]).mean:.1f} on average, and no views to "
            f"{estimate([one.no_views for one in own]).mean:.0%} of posts"
        )
    if not verdict.target.startswith("Gini"):
        return ""
    within = estimate([one.figures[OURS].gini_within / one.figures[BASE].gini_within for one in results])
    between = estimate([one.figures[OURS].gini_within for one in results])
    return (
        f"among the posts of one board it is {within.mean:.2f} times relevance only's (Gini {between.mean:.2f}); "
        "the rest is how many read each board, and posts over their author's quota, which no order changes"
    )


def _loss(figure: Callable[[Figures], float]) -> Measure:
    return lambda one: 1 - figure(one.figures[OURS]) / figure(one.figures[BASE])


def _twice_loss(one: Result) -> float:
    return 1 - one.twice[OURS].ndcg / one.figures[BASE].ndcg


def _attack(name: str, figure: Callable[[AttackFigures], float]) -> Measure:
    return lambda one: figure(one.attacks[name][0])


def _more_unseen(name: str) -> Measure:
    return lambda one: one.attacks[name][0].unseen - one.attacks[name][1].unseen


def _more_exposed(name: str) -> Measure:
    return lambda one: one.attacks[name][0].exposure / one.attacks[name][1].exposure
