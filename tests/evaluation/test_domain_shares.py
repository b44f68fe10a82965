"""Of one domain only so many count in a replay, as in the product."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from fedconnect.evaluation.domain_shares import DomainShares
from fedconnect.evaluation.world import World, build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()


def a_world(domains: list[int] | None, **values: Any) -> World:
    readers = 20 if domains is None else len(domains)
    found = build_world(a_dataset((0, 99, "bread"), (1, 98, "sleep"), readers=readers), P)
    return replace(found, domains=None if domains is None else np.array(domains), **values)


def counted(world: World, floor: int, place: int = 0) -> list[int]:
    """Which readers count, if all look one after the other."""
    shares = DomainShares(world)
    shares.place(place, floor)
    return [reader for reader in range(len(world.counts)) if shares.counts(place, reader)]


def test_of_one_domain_a_third_counts_where_there_are_others() -> None:
    assert counted(a_world([7] * 10 + list(range(100, 110))), 9) == [0, 1, 2, *range(10, 20)]


def test_where_there_are_no_others_as_many_count_as_it_takes() -> None:
    assert counted(a_world([7] * 10), 6) == list(range(6))
    assert counted(a_world([7] * 10 + [8, 9]), 6) == [*range(4), 10, 11]


def test_who_is_not_in_the_audience_or_wrote_it_makes_no_others() -> None:
    world = a_world([7] * 10 + [8, 9])
    outside = np.full(world.fits.shape, 1.0, np.float32)
    outside[10:] = 0
    alone = replace(world, fits=outside, thresholds=np.full((2, 4), 0.5), with_followers=np.zeros(2, bool))
    assert counted(alone, 6)[:6] == list(range(6))
    assert counted(replace(world, authors=np.array([10, 98])), 6)[:5] == [0, 1, 2, 3, 4]


def test_each_post_has_its_own_count_and_without_domains_everybody_counts() -> None:
    world = a_world([7] * 3 + list(range(100, 130)))
    shares = DomainShares(world)
    shares.place(0, 3)
    shares.place(1, 3)
    assert [shares.counts(place, 0) for place in (0, 0, 1)] == [True, False, True]
    assert counted(a_world(None), 3) == list(range(20))
