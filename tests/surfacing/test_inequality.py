"""How unequally attention is spread: worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fedconnect.surfacing.inequality import gini, lorenz


def test_without_any_attention_nothing_is_unequal() -> None:
    assert math.isnan(gini([]))
    assert math.isnan(gini([0, 0]))
    assert lorenz([], 2) == lorenz([0, 0], 2) == [0.0, 0.0, 1.0]


def test_inequality_does_not_depend_on_order() -> None:
    assert gini([8, 0, 0, 0]) == pytest.approx(0.75)
    assert lorenz([4, 1, 2, 1], 4) == pytest.approx([0, 0.125, 0.25, 0.5, 1.0])


def test_gini_and_lorenz() -> None:
    assert gini(np.array([5, 5, 5, 5])) == pytest.approx(0.0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert lorenz(np.array([1, 1, 2, 4]), 4) == pytest.approx([0, 0.125, 0.25, 0.5, 1.0])


def test_whoever_has_it_alone_is_as_unequal_as_their_number_allows() -> None:
    assert gini([7]) == 0.0
    assert gini([0, 7]) == pytest.approx(0.5)
    assert gini([1, 2, 3]) == pytest.approx(2 / 9)
    assert gini([10, 20, 30]) == pytest.approx(gini([1, 2, 3]))


def test_a_curve_runs_from_nothing_to_all_at_even_steps() -> None:
    curve = lorenz([3, 1])
    assert len(curve) == 51
    assert (curve[0], curve[25], curve[50]) == (0.0, 0.25, 1.0)
    assert lorenz([3, 1], 4) == pytest.approx([0, 0.125, 0.25, 0.625, 1.0]), "straight between two posts"
    assert lorenz([1], 2) == [0.0, 0.5, 1.0]
