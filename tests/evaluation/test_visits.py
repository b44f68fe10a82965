"""Who comes when in a replay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fedconnect.evaluation.visits import draw_visits
from fedconnect.evaluation.world import build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()


def test_without_clocks_people_come_at_every_hour_alike_and_with_them_by_day() -> None:
    even = build_world(a_dataset((0, 10, "bread"), readers=600), P)
    by_day = replace(even, zones=np.zeros(600, int))
    nights = []
    for world in (even, by_day):
        visits = draw_visits(world, P, 3)
        assert visits.at_h.tolist() == sorted(visits.at_h.tolist())
        assert 0 <= visits.at_h.min() <= visits.at_h.max() < world.days * 24
        nights.append(float((visits.at_h % 24 < 6).mean()))
    assert 0.22 < nights[0] < 0.28
    assert nights[1] < 0.12
