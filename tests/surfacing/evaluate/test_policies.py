"""The others' formulas against vectors that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.surfacing.evaluate import policies
from fedconnect.surfacing.evaluate.figures import estimate
from fedconnect.surfacing.inequality import gini, lorenz


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


def test_mastodon_digest_shows_nothing_that_nobody_noticed() -> None:
    assert policies.mastodon_digest(n(0, 3, 0), n(0, 0, 8)).tolist() == pytest.approx([0.0, 2.0, 3.0])


def test_gini_and_lorenz() -> None:
    assert gini(np.array([5, 5, 5, 5])) == pytest.approx(0.0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert lorenz(np.array([1, 1, 2, 4]), 4) == pytest.approx([0, 0.125, 0.25, 0.5, 1.0])


def test_an_interval_is_students_over_the_seeds() -> None:
    found = estimate([0.9, 1.0, 1.1])
    assert found.mean == pytest.approx(1.0)
    assert found.high - found.mean == pytest.approx(4.3027 * 0.1 / np.sqrt(3), rel=1e-3)
