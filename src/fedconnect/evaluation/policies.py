"""Ways to order a page: ours, and those of others to compare with.

The others order the boards that a reader follows, as their software does. Formulas: Reddit's `hot` as
published 2008; Hacker News' gravity 1.8; Lemmy's `hot_rank` and `scaled_rank` (replaceable_schema/utils.sql);
mastodon_digest's score by boosts, favourites and how well known an author is, with its "normal" threshold (its `scorers`
and `thresholds`), of a day: what was boosted or favoured elsewhere, where people read the newest first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.feed.ranking import Candidates, Likeness, Page, arrange, share_in_rounds
from fedconnect.surfacing.parameters import Parameters

Floats = NDArray[np.float64]
_DIGEST_H = 24.0
_DIGEST_ABOVE = 0.95  # of the posts of that time: "normal"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a policy may look at: the candidates, whether the reader follows their boards, and what
    others did with them; the last only for policies that go by it. `month` is of each post's board. `readers`: how many
    there are in all. `elsewhere`: what others did with each post where people read the newest first, and `popular`: with
    all that its author wrote."""

    found: Candidates
    likeness: Likeness
    follows: NDArray[np.bool_]
    engaged: Floats
    month: Floats
    now_h: float
    dice: np.random.Generator
    readers: int
    elsewhere: Floats
    popular: Floats


Policy = Callable[[Sight, Parameters], Page]


def reddit_hot(score: Floats, published_s: Floats) -> Floats:
    """Return log10(max(|s|, 1)) * sign(s) + t / 45000."""
    return np.log10(np.maximum(np.abs(score), 1)) * np.sign(score) + published_s / 45_000


def hacker_news(score: Floats, age_h: Floats) -> Floats:
    """Return (p - 1) / (h + 2)^1.8."""
    return (score - 1) / (age_h + 2) ** 1.8


def lemmy_hot(score: Floats, age_h: Floats) -> Floats:
    """Return log10(max(2, s + 2)) / (h + 2)^1.8, 0 after seven days."""
    return np.where(age_h > 168, 0.0, np.log10(np.maximum(2, score + 2)) / (age_h + 2) ** 1.8)


def lemmy_scaled(score: Floats, age_h: Floats, interactions_month: Floats) -> Floats:
    """Return hot / log10(2 + interactions of the month)."""
    return lemmy_hot(score, age_h) / np.log10(2 + interactions_month)


def mastodon_digest(boosts: Floats, favourites: Floats, followers: Floats) -> Floats:
    """Return the geometric mean of boosts + 1 and favourites + 1, over the root of its author's followers; 0 where there
    is neither, or nobody follows."""
    score = np.sqrt((boosts + 1) * (favourites + 1)) / np.sqrt(np.maximum(1, followers))
    return np.where((boosts + favourites == 0) | (followers == 0), 0.0, score)


def ours(sight: Sight, parameters: Parameters) -> Page:
    """The product's own page."""
    return arrange(
        sight.found, sight.likeness, parameters.ranking, parameters.hearing,
        in_rounds=share_in_rounds(sight.readers, parameters.ranking),
    )  # fmt: skip


def relevance_only(sight: Sight, parameters: Parameters) -> Page:
    """The product's relevance without any slot and without variety."""
    return arrange(
        sight.found,
        sight.likeness,
        replace(parameters.ranking, variety=0.0, sharing=0.0),
        parameters.hearing,
        slots=False,
    )


def chronological(sight: Sight, parameters: Parameters) -> Page:
    """The newest of the followed boards."""
    return _top(-sight.found.age_h, sight, parameters)


def always_on(sight: Sight, parameters: Parameters) -> Page:
    """Slots for every post until its floor is reached, without a pace."""
    eager = replace(parameters.hearing, pace=1e-9)
    return arrange(sight.found, sight.likeness, parameters.ranking, eager)


def random_floor(sight: Sight, parameters: Parameters) -> Page:
    """Slots for posts below their floor, drawn by lot whoever reads; the rest by relevance."""
    page = relevance_only(sight, parameters)
    shown = set(page.order)
    below = np.flatnonzero((sight.found.floor > 0) & (sight.found.heard < sight.found.floor))
    drawn = [place for place in sight.dice.permutation(below).tolist() if place not in shown]
    drawn = drawn[: parameters.ranking.slots]
    order: list[int] = []
    rest = iter(page.order)
    for place in range(parameters.ranking.page):
        following = drawn[place // 2] if place % 2 and place // 2 < len(drawn) else next(rest, None)
        if following is not None:
            order.append(following)
    return Page(order, frozenset(drawn) & frozenset(order))


def _drawn(sight: Sight, parameters: Parameters) -> Page:
    return _top(sight.dice.random(len(sight.found)), sight, parameters)


def _hot(sight: Sight, parameters: Parameters) -> Page:
    return _top(reddit_hot(sight.engaged, (sight.now_h - sight.found.age_h) * 3600), sight, parameters)


def _hn(sight: Sight, parameters: Parameters) -> Page:
    return _top(hacker_news(sight.engaged + 1, sight.found.age_h), sight, parameters)


def _lemmy(sight: Sight, parameters: Parameters) -> Page:
    return _top(lemmy_hot(sight.engaged + 1, sight.found.age_h), sight, parameters)


def _scaled(sight: Sight, parameters: Parameters) -> Page:
    return _top(lemmy_scaled(sight.engaged + 1, sight.found.age_h, sight.month), sight, parameters)


def _digest(sight: Sight, parameters: Parameters) -> Page:
    score = mastodon_digest(sight.elsewhere, sight.elsewhere, sight.popular)
    fresh = sight.follows & (sight.found.age_h <= _DIGEST_H)
    least = np.quantile(score[fresh], _DIGEST_ABOVE) if fresh.any() else 0.0
    return _top(np.where(fresh & (score > 0) & (score >= least), score, -np.inf), sight, parameters)


def _top(worth: Floats, sight: Sight, parameters: Parameters) -> Page:
    worth = np.where(sight.follows & ~sight.found.answers, worth, -np.inf)
    most = min(parameters.ranking.page, len(worth))
    if most == 0:
        return Page([], frozenset())
    best = np.argpartition(-worth, most - 1)[:most]
    best = best[np.lexsort((sight.found.age_h[best], -worth[best]))]
    return Page([place for place in best.tolist() if worth[place] > -np.inf], frozenset())


POLICIES: dict[str, Policy] = {
    "random": _drawn,
    "chronological": chronological,
    "Reddit hot": _hot,
    "Hacker News": _hn,
    "Lemmy hot": _lemmy,
    "Lemmy scaled": _scaled,
    "mastodon_digest": _digest,
    "relevance only": relevance_only,
    "random floor": random_floor,
    "always-on floor": always_on,
    "ours": ours,
}
WITHOUT_ANSWERS = frozenset(POLICIES.values()) - {
    random_floor,
    always_on,
    ours,
}  # they have no line for an answer
