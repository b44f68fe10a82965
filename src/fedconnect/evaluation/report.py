"""The report: a table for people, JSON for programs, a drawing of how attention is spread."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields

from fedconnect.evaluation.figures import Estimate, Figures, estimate
from fedconnect.evaluation.targets import TargetVerdict, judge
from fedconnect.evaluation.trials import Result
from fedconnect.surfacing.lorenz_chart import Curve, lorenz_svg

_COLUMNS = (
    ("seen_by_10", "by 10", 100.0),
    ("seen_by_k", "by k", 100.0),
    ("answered_only", "answered", 100.0),
    ("neither", "neither", 100.0),
    ("no_views", "no views", 100.0),
    ("kept", "kept", 100.0),
    ("unseen", "unseen", 100.0),
    ("promised", "k", 1.0),
    ("gini", "Gini", 1.0),
    ("gini_within", "a board's", 1.0),
    ("ndcg", "nDCG", 1.0),
    ("recall", "recall", 100.0),
    ("engaged_per_1000", "eng/1000", 1.0),
    ("without_engagement", "none", 100.0),
    ("reserved", "reserved", 100.0),
    ("answers_heard", "ans. heard", 100.0),
    ("first_answered_in_an_hour", "first: 1 h", 100.0),
    ("first_answered_in_half_a_day", "12 h", 100.0),
    ("first_answered_in_a_day", "24 h", 100.0),
    ("first_author_back", "back", 100.0),
)
CANNOT_SHOW = """What this cannot show
  - Whether being seen leads to being answered: the answering model is simple, and the same for everybody.
  - What people would have cared for but never met: what nobody voted on counts as not cared for.
  - Real clocks: the posts of Polis arrive in their true order, but evenly; visits and what is looked at are dice.
  - Orders that go by votes get few of them here. mastodon_digest shows only what was turned to elsewhere, which is a
    replay of the newest first; how often that was, of all that an author wrote, stands for their followers.
  - The floor does not make attention equal: its Gini is better than relevance alone, not than the newest first.
  - Old accounts of a patient attacker who behave like readers count as readers.
  - An answer is taken to fit whom its question fits, and a line for one to be no find for anybody."""


def table(results: Sequence[Result]) -> str:
    """Return one data set's policies, each with its mean over the seeds."""
    first = results[0]
    lines = [
        f"{first.name}: {first.posts:,} posts, {first.readers:,} readers, {first.visits:,} visits; "
        f"ten for each would be {first.demand:.2f} of what is looked at; all posts, over quota among them",
        "",
        "  " + "policy".ljust(17) + "".join(title.rjust(10) for _, title, _ in _COLUMNS),
    ]
    for policy in _policies(results):
        cells = []
        for name, _, scale in _COLUMNS:
            mean = estimate(_values(results, policy, name)).mean * scale
            cells.append(("–" if math.isnan(mean) else f"{mean:.{_digits(scale, name)}f}").rjust(10))
        lines.append("  " + policy.ljust(17) + "".join(cells))
    lines.append("")
    lines.append(f"  of all posts: {_causes([one.figures['ours'] for one in results])}")
    return "\n".join(lines)


def grid_table(results: Sequence[Result]) -> str:
    """Return one data set under each pair of shares: k_b, all posts answered or seen by as many as promised, nDCG."""
    first = results[0]
    lines = [
        f"{first.name}: k_b, answered or seen by as many as promised (%), nDCG",
        "  travel  learn" + "".join(policy.rjust(24) for policy in first.figures),
    ]
    pairs = {(one.trial.assumptions.travelling, one.trial.assumptions.learning) for one in results}
    for travelling, learning in sorted(pairs):
        own = [
            one.figures
            for one in results
            if (one.trial.assumptions.travelling, one.trial.assumptions.learning) == (travelling, learning)
        ]
        cells = []
        for policy in first.figures:
            k, attained, ndcg = (
                estimate([getattr(figures[policy], name) for figures in own]).mean
                for name in ("promised", "attained", "ndcg")
            )
            cells.append(f"{k:.1f}  {100 * attained:.1f}  {ndcg:.3f}".rjust(24))
        lines.append(f"  {travelling:6.0%}  {learning:5.0%}" + "".join(cells))
    return "\n".join(lines)


def verdict_lines(verdicts: Sequence[TargetVerdict]) -> str:
    """Return the targets with figure, interval and bound."""
    return "\n".join(
        f"  {'holds ' if one.holds else 'MISSED'} {one.target.ljust(58)}"
        f"{_number(one.figure).rjust(24)}   {'at least' if one.is_least else 'at most'} {one.bound:g}"
        + (f"\n         because {one.because}" if one.because else "")
        for one in verdicts
    )


def as_json(all_results: Sequence[Sequence[Result]], parameters: object) -> str:
    """Return everything that was measured."""
    return json.dumps(
        {
            "parameters": parameters,
            "datasets": [
                {
                    "name": results[0].name,
                    "posts": results[0].posts,
                    "readers": results[0].readers,
                    "demand": results[0].demand,
                    "seeds": [one.trial.seed for one in results],
                    "policies": {
                        policy: {
                            one.name: asdict(estimate(_values(results, policy, one.name)))
                            for one in fields(Figures)
                        }
                        for policy in _policies(results)
                    },
                    "targets": [{**asdict(one), "holds": one.holds} for one in judge(results)],
                }
                for results in all_results
            ],
        },
        indent=1,
        allow_nan=True,
    )


def as_svg(results: Sequence[Result]) -> str:
    """Draw the Lorenz curves of a data set's first seed."""
    first = results[0]
    shown = [name for name in ("chronological", "relevance only", "ours") if name in first.curves]
    return lorenz_svg(
        f"{first.name}: which part of all attention the least seen posts get",
        [Curve(name, first.curves[name]) for name in shown],
    )


def _policies(results: Sequence[Result]) -> list[str]:
    """Return all that were replayed, under any seed."""
    return max((list(one.figures) for one in results), key=len)


def _values(results: Sequence[Result], policy: str, name: str) -> list[float]:
    return [getattr(one.figures[policy], name) for one in results if policy in one.figures]


def _causes(figures: Sequence[Figures]) -> str:
    causes = ("over_quota", "near_duplicate", "not_over_yet")
    return ", ".join(
        f"{100 * estimate([getattr(one, cause) for one in figures]).mean:.1f} % {cause.replace('_', ' ')}"
        for cause in causes
    )


def _digits(scale: float, name: str) -> int:
    return 4 if name == "ndcg" else 3 if name.startswith("gini") else 2 if scale == 100.0 else 1


def _number(figure: Estimate) -> str:
    if math.isnan(figure.mean):
        return "not measured"
    if math.isnan(figure.low):
        return f"{figure.mean:.4f}"
    return f"{figure.mean:.4f} [{figure.low:.4f}, {figure.high:.4f}]"
