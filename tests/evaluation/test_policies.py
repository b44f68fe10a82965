"""The others' formulas against vectors that were worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fedconnect.evaluation import policies
from fedconnect.evaluation.figures import estimate
from fedconnect.evaluation.policies import POLICIES, Sight, chronological, random_floor
from fedconnect.surfacing.feed.ranking import Candidates
from fedconnect.surfacing.parameters import in_force

P = in_force()


def one(value: np.ndarray) -> float:
    return float(value[0])


def n(*values: float) -> np.ndarray:
    return np.array(values, float)


@pytest.mark.parametrize(("score", "seconds", "hot"), [(0, 0, 0.0), (100, 45_000, 3.0), (-10, 90_000, 1.0)])
def test_reddit_hot(score: float, seconds: float, hot: float) -> None:
    assert one(policies.reddit_hot(n(score), n(seconds))) == pytest.approx(hot)


def test_hacker_news() -> None:
    assert one(policies.hacker_news(n(11), n(0))) == pytest.approx(10 / 2**1.8)
    assert one(policies.hacker_news(n(1), n(5))) == 0.0


def test_lemmy_hot_and_scaled() -> None:
    assert one(policies.lemmy_hot(n(98), n(0))) == pytest.approx(2 / 2**1.8)
    assert one(policies.lemmy_hot(n(-50), n(3))) == pytest.approx(np.log10(2) / 5**1.8)
    assert one(policies.lemmy_hot(n(98), n(169))) == 0.0
    assert one(policies.lemmy_scaled(n(98), n(0), n(98))) == pytest.approx(2 / 2**1.8 / 2)


def test_mastodon_digest_shows_nothing_that_nobody_noticed_and_counts_the_popular_for_less() -> None:
    found = policies.mastodon_digest(n(0, 3, 0, 3, 3), n(0, 0, 8, 0, 0), n(9, 1, 1, 4, 0))
    assert found.tolist() == pytest.approx([0.0, 2.0, 3.0, 1.0, 0.0])


def test_an_interval_is_students_over_the_seeds() -> None:
    found = estimate([0.9, 1.0, 1.1])
    assert found.mean == pytest.approx(1.0)
    assert found.high - found.mean == pytest.approx(4.3027 * 0.1 / np.sqrt(3), rel=1e-3)


def sight(count: int, **values: Any) -> Sight:
    full = np.full(count, 10.0)
    facts: dict[str, Any] = {
        "fit": np.linspace(1, 0, count), "age_h": np.arange(count) + 1.0, "heard": full, "shown": full, "floor": full,
        "hours": np.full(count, 48.0), "in_audience": np.ones(count, bool), "author": np.arange(count),
        "duplicates": np.arange(count), "barred": np.zeros(count, bool), "answers": np.zeros(count, bool),
        "seen": np.zeros(count, bool), "board": np.zeros(count, np.int64), "passed": np.zeros(count, np.int64),
        "answered": np.zeros(count, bool),
    }  # fmt: skip
    follows = values.pop("follows", np.ones(count, bool))
    engaged = values.pop("engaged", np.zeros(count))
    elsewhere, popular = (values.pop(name, np.zeros(count)) for name in ("elsewhere", "popular"))
    found = Candidates(**{**facts, **values})
    return Sight(found, lambda places: np.eye(len(places), dtype=np.float32), follows, engaged, engaged, 99.0,
                 np.random.default_rng(1), 1_000, elsewhere, popular)  # fmt: skip


def test_other_policies_order_only_the_boards_that_a_reader_follows() -> None:
    follows = np.arange(30) % 2 == 0
    for name in ("random", "chronological", "Reddit hot", "Hacker News", "Lemmy hot", "Lemmy scaled"):
        page = POLICIES[name](sight(30, follows=follows), P)
        assert sorted(page.order) == list(range(0, 30, 2)), name
        assert page.reserved == frozenset()
    assert chronological(sight(30), P).order == list(range(20))
    assert chronological(sight(0), P).order == []
    engaged = np.zeros(30)
    engaged[[4, 7, 28]] = (3, 5, 50)
    elsewhere: dict[str, Any] = {"elsewhere": engaged, "popular": np.full(30, 4.0)}
    digest = POLICIES["mastodon_digest"](sight(30, **elsewhere), P)
    assert digest.order == [7, 4], "what nobody noticed is not shown, nor what is older than a day"
    assert POLICIES["mastodon_digest"](sight(30), P).order == []
    only = POLICIES["mastodon_digest"](sight(30, follows=np.arange(30) == 4, **elsewhere), P)
    assert only.order == [4]


def test_answers_are_no_lines_of_their_own_for_other_policies() -> None:
    answers = np.arange(30) >= 10
    for name in ("random", "chronological", "Reddit hot", "Hacker News", "relevance only"):
        assert sorted(POLICIES[name](sight(30, answers=answers), P).order) == list(range(10)), name


def test_a_floor_by_lot_takes_every_second_place_from_what_would_not_be_shown() -> None:
    heard = np.full(40, 10.0)
    heard[[3, 30, 35]] = 0
    page = random_floor(sight(40, heard=heard), P)
    assert page.reserved == {30, 35}
    assert {page.order[1], page.order[3]} == {30, 35}
    assert page.order[0::2][:3] == [0, 1, 2]
    assert len(page.order) == P.ranking.page
