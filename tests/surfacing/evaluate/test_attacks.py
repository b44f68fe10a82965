"""Communities in which somebody wants more than their share."""

from __future__ import annotations

import pytest

from fedconnect.surfacing.evaluate import attacks
from fedconnect.surfacing.evaluate.world import build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()


COMMUNITY = a_dataset((-2, 10, "sleep night pillow"), (-1, 11, "bread butter"), (5, 12, "trains"), readers=3)


@pytest.mark.parametrize("name", [name for name in attacks.ATTACKS if name != attacks.FORGED])
def test_an_attack_adds_its_posts_and_touches_nobody_elses(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attacks, "_POSTS", 30)
    attack = attacks.ATTACKS[name](COMMUNITY, 1)
    assert len(attack.data.texts) == 33
    assert attack.data.texts[:3] == COMMUNITY.texts
    assert set(attack.data.authors[3:].tolist()) == attack.by
    assert attack.by.isdisjoint({0, 1, 2, 10, 11, 12})
    assert len(attack.by) == (1 if name.startswith("one author") else 30)
    arrival = attack.data.arrival_h[3:]
    assert 48 <= arrival.min() <= arrival.max() < 148
    assert attack.data.texts == attacks.ATTACKS[name](COMMUNITY, 1).data.texts


def test_forged_impressions_come_from_accounts_of_that_day_and_post_nothing() -> None:
    attack = attacks.forged_impressions(COMMUNITY, 1)
    assert attack.by == frozenset()
    assert attack.data.texts == COMMUNITY.texts
    assert attack.data.readers == 303
    assert build_world(attack.data, P).counts.tolist() == [True] * 3 + [False] * 300
    assert attack.data.pace[3] * attack.data.visits_a_day == 20.0
