"""A data set as a world: what arrives, whose floors there are, and what can be promised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.generating import examined_a_visit
from fedconnect.evaluation.hostility import Hostility
from fedconnect.evaluation.world import build_world
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
    assert world.has_floor.tolist() == [True, True, False, False, True, False, True, True, False]


def test_who_joined_today_counts_for_nothing() -> None:
    one = a_dataset((0, 10, "bread"), account_age_h=np.array([23.9, 24.1, 1e4]))
    assert build_world(one, P).counts.tolist() == [False, True, True]
    assert build_world(replace(one, account_age_h=None), P).counts.all()


def test_the_demand_is_what_ten_for_each_would_ask_of_all_that_is_looked_at() -> None:
    posts = [(float(hour), 10 + hour, f"word{hour}") for hour in range(56)]  # four a day
    examined = 0.5 * examined_a_visit(P.ranking.page)
    world = build_world(a_dataset(*posts, readers=20), P)
    assert world.floor == P.hearing.floor
    assert world.demand == pytest.approx(10 * 4 / (20 * examined))
    asked = build_world(a_dataset(*posts, readers=20), P, floor=2)
    assert (asked.floor, asked.demand) == (2, pytest.approx(2 * 4 / (20 * examined)))


def test_a_text_of_few_telling_words_repeats_nobody() -> None:
    def families(text: str) -> list[int]:
        before = ((-1.0, author, "before") for author in (10, 11))
        posts = a_dataset((1.0, 10, text), (2.0, 11, text), *before)
        return build_world(posts, P).duplicates.tolist()

    eight = "respite carers dementia week seaside summer home pays"
    assert len(eight.split()) == P.hearing.duplicate_words
    assert families(eight) == [0, 0]
    assert families(eight.rpartition(" ")[0]) == [0, 1]


def test_the_rematch_goes_by_words_alone_and_a_page_by_boards_too() -> None:
    world = build_world(
        a_dataset((-9, 11, "sleep"), (1, 12, "sleep at night"), (2, 13, "bread"), history=[[0], [], []]), P
    )
    prior = P.interests.board_prior
    assert world.word_fits[1].tolist() == [0, 0], "of whom nothing is known but their board"
    assert world.word_fits[0, 0] > 0.5
    assert world.fits == pytest.approx(world.word_fits + prior)


def test_who_said_no_to_learning_has_no_interests_and_who_lets_posts_travel_is_drawn_by_the_seed() -> None:
    data = a_dataset(
        (-9, 11, "sleep"), *((float(n), 100 + n, "sleep at night") for n in range(40)),
        readers=40, history=[[0] for _ in range(40)],
    )  # fmt: skip
    assumed = Assumptions(travelling=0.4, learning=0.6)
    world = build_world(data, P, assumptions=assumed, seed=7)
    assert (world.word_fits[:, 0] > 0).tolist() == assumed.who_learns(40, 7).tolist()
    assert world.travels.tolist() == assumed.what_travels(world.authors, 7).tolist()
    assert 0 < world.travels.sum() < 40
    everybody = build_world(data, P)
    assert everybody.travels.all()
    assert (everybody.word_fits > 0).all()


def test_an_edited_post_is_matched_by_its_new_words_and_repeats_by_its_old_ones() -> None:
    posts = [(-1.0, 9, "before"), (1.0, 10, CARE), (2.0, 9, "trains to the coast and back on a day in May")]
    one = a_dataset(*posts, history=[[0]] * 3)
    edited = build_world(replace(one, hostility=Hostility(edited={2: CARE})), P)
    assert edited.duplicates.tolist() == [0, 1]
    assert edited.alike[0, 1] == pytest.approx(1, abs=0.01)
    assert build_world(one, P).alike[0, 1] < 0.5


def test_what_was_taken_back_is_repeated_by_nobody_and_counts_in_the_quota() -> None:
    posts = [(-1.0, 9, "before"), *((float(hour), 9, CARE) for hour in (1, 2, 3))]
    gone = build_world(a_dataset(*posts, hostility=Hostility(gone_h={1: 1.5, 2: 2.5})), P)
    assert gone.duplicates.tolist() == [0, 1, 2]
    assert gone.over_quota.tolist() == [False, False, True]
    assert gone.gone_h.tolist() == [1.5, 2.5, np.inf]


def test_who_said_yes_lets_posts_travel_whatever_is_assumed_and_boards_have_their_hours() -> None:
    hostile = Hostility(authors=frozenset({11}), promises={1: (50, 12.0)})
    data = a_dataset((0, 10, "bread"), (1, 11, "sleep"), boards=np.array([0, 1]), hostility=hostile)
    world = build_world(data, P, assumptions=Assumptions(0.0, 0.0))
    assert world.travels.tolist() == [False, True]
    assert world.hours.tolist() == [48.0, 12.0]


def test_lookers_have_the_domains_that_they_are_said_to_have() -> None:
    data = a_dataset((0, 10, "bread"), readers=4, hostility=Hostility(lookers=(-1, 3)))
    own = build_world(data, P).domains
    assert own is not None
    assert (len(set(own.tolist())), own[2:].tolist()) == (4, [-1, 3])
    drawn = build_world(data, P, assumptions=Assumptions(servers=2), seed=1).domains
    assert drawn is not None
    assert set(drawn[:2].tolist()) <= {0, 1}
    assert build_world(a_dataset((0, 10, "bread")), P).domains is None
