"""What people do at home is known as time goes on, and not before."""

from __future__ import annotations

import numpy as np

from fedconnect.evaluation.elsewhere import Elsewhere
from fedconnect.evaluation.world import build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset


def test_nothing_is_known_before_it_was_done_and_an_author_is_known_by_all_they_wrote() -> None:
    world = build_world(a_dataset((0, 9, "bread"), (1, 9, "sleep"), (2, 8, "trains")), in_force())
    elsewhere = Elsewhere(world, [(3.0, 0), (4.0, 0), (5.0, 1)])
    known = [[part.tolist() for part in elsewhere.until(now, np.array([0, 1, 2]))] for now in (3.0, 4.5, 9.0)]
    assert known == [
        [[0, 0, 0], [0, 0, 0]], [[2, 0, 0], [2, 2, 0]], [[2, 1, 0], [3, 3, 0]],
    ]  # fmt: skip
