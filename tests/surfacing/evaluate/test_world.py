"""A data set as a world: what arrives, whose floors there are, and what can be promised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.surfacing.evaluate.generating import examined_a_visit
from fedconnect.surfacing.evaluate.world import build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()
CARE = "respite care for carers of people with dementia, who pays for a week at the seaside near home this summer"


def test_only_what_arrives_is_replayed_the_oldest_first_and_what_was_before_teaches() -> None:
    world = build_world(
        a_dataset((5, 10, "bread"), (-9, 11, "sleep"), (1, 12, "sleep at night"), history=[[1], [], []],
             likes=[[2], [0], []]), P,
    )  # fmt: skip
    assert world.arrival_h.tolist() == [1, 5]
    assert world.authors.tolist() == [12, 10]
    assert world.liked.tolist() == [[True, False], [False, True], [False, False]]
    prior = P.interests.board_prior
    assert world.fits[0, 0] > prior + 0.5
    assert world.fits[1].tolist() == pytest.approx([prior, prior])


def test_repetitions_and_what_is_over_quota_have_no_floor_and_the_first_has_one() -> None:
    texts = ("bread and butter", "sheds and allotments", "trains to the coast", "hops and malt")
    posts = [(float(hour), 10, text) for hour, text in enumerate(texts)]
    twins = [(30.0, 11, CARE), (31.0, 12, CARE + " please"), (31.0 + 7 * 24, 13, CARE)]
    world = build_world(
        a_dataset(
            *posts, *twins, *((-1.0, author, "before") for author in (12, 13, 14)), (40.0, 14, "later words"),
            (41.0, 15, CARE),
        ), P, floor=10,
    )  # fmt: skip
    assert world.over_quota.tolist() == [False, False, True, True] + [False] * 5
    assert world.first.tolist() == [True, False, False, False, True, False, False, True, False]
    assert world.duplicates.tolist() == [0, 1, 2, 3, 4, 4, 6, 7, 4], "somebody's first post repeats nobody"
    assert world.barred.tolist() == [False] * 5 + [True] + [False] * 2 + [True]
    assert (world.floors == 0).tolist() == (world.over_quota | world.barred).tolist()


def test_who_joined_today_counts_for_nothing() -> None:
    one = a_dataset((0, 10, "bread"), account_age_h=np.array([23.9, 24.1, 1e4]))
    assert build_world(one, P).counts.tolist() == [False, True, True]
    assert build_world(replace(one, account_age_h=None), P).counts.all()


def test_the_promise_is_what_the_readers_of_a_data_set_can_keep() -> None:
    posts = [(float(hour), 10 + hour, f"word{hour}") for hour in range(56)]  # four a day
    examined = 0.5 * examined_a_visit(P.ranking.page)
    world = build_world(a_dataset(*posts, readers=20), P)
    assert world.promised == min(10, int(0.5 * 20 * examined / 4))
    assert world.demand == pytest.approx(10 * 4 / (20 * examined))
    assert build_world(a_dataset(*posts, readers=20), P, floor=2).promised == 2
