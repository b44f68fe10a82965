"""People come by the clock of where they live."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.evaluation.clocks import HOURS, draw_moments, draw_zones, is_awake


def test_most_live_where_the_forum_is_and_some_anywhere() -> None:
    zones = draw_zones(np.random.default_rng(1), 4_000)
    assert 0.7 < (zones == 0).mean() < 0.78
    assert zones.min() >= -11
    assert zones.max() <= 12
    assert len(set(zones.tolist())) == 24


@pytest.mark.parametrize("zone", [0, 9, -8])
def test_somebody_comes_by_their_own_clock_on_any_of_the_days(zone: int) -> None:
    at = draw_moments(np.random.default_rng(2), np.full(20_000, zone), 48.0, 3)
    assert 48 <= at.min() <= at.max() < 48 + 3 * 24
    own = np.bincount(((at + zone) % 24).astype(int), minlength=24)
    assert own / len(at) == pytest.approx(np.array(HOURS) / sum(HOURS), abs=0.01)
    assert np.bincount((at // 24).astype(int))[2:] / len(at) == pytest.approx([1 / 3] * 3, abs=0.02)


@pytest.mark.parametrize(
    ("zone", "at", "awake"),
    [
        (0, 6.9, False),
        (0, 7, True),
        (0, 22.9, True),
        (0, 23, False),
        (0, 31, True),
        (9, 22, True),
        (-8, 8, False),
    ],
)
def test_a_day_is_from_seven_to_eleven_by_ones_own_clock(zone: int, at: float, awake: bool) -> None:
    assert is_awake(zone, at) is awake
