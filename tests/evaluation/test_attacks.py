"""Communities in which somebody wants more than their share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.evaluation import attacks
from fedconnect.evaluation.hostility import PEACE
from fedconnect.evaluation.world import build_world
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()
COMMUNITY = a_dataset((-2, 10, "sleep night pillow"), (-1, 11, "bread butter"), (24, 12, "trains"), readers=3)
WITHOUT_POSTS = {
    attacks.FORGED, attacks.OLD_LOOKERS, attacks.SPREAD_LOOKERS, attacks.NEW_SOCKS, attacks.MET_SOCKS,
    attacks.GREEDY,
}  # fmt: skip
BY_ONE = {"one author, 300 posts", "delete and repost", attacks.FIFTY_A_DAY}


@pytest.fixture(autouse=True)
def thirty_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attacks, "_POSTS", 30)


@pytest.mark.parametrize("name", [name for name in attacks.ATTACKS if name not in WITHOUT_POSTS])
def test_an_attack_adds_its_posts_and_touches_nobody_elses(name: str) -> None:
    count = 50 if name == attacks.FIFTY_A_DAY else 30
    attack = attacks.ATTACKS[name](COMMUNITY, 1)
    assert len(attack.data.texts) == 3 + count
    assert attack.data.texts[:3] == COMMUNITY.texts
    assert attack.data.arrival_h[:3].tolist() == COMMUNITY.arrival_h.tolist()
    assert set(attack.data.authors[3:].tolist()) == attack.by == attack.data.hostility.authors
    assert attack.by.isdisjoint({0, 1, 2, 10, 11, 12})
    assert len(attack.by) == (1 if name in BY_ONE else 30)
    arrival = attack.data.arrival_h[3:]
    assert (0 if count == 50 else 48) <= arrival.min() <= arrival.max() < 148
    assert attack.data.texts == attacks.ATTACKS[name](COMMUNITY, 1).data.texts
    theirs = attack.theirs(attack.data.authors, attack.data.boards)
    assert theirs.tolist() == [False] * 3 + [True] * count


@pytest.mark.parametrize("name", sorted(WITHOUT_POSTS))
def test_what_only_pretends_or_promises_writes_nothing(name: str) -> None:
    attack = attacks.ATTACKS[name](COMMUNITY, 1)
    assert attack.by == frozenset()
    assert attack.data.texts == COMMUNITY.texts


def test_forged_impressions_come_from_accounts_of_that_day() -> None:
    attack = attacks.forged_impressions(COMMUNITY, 1)
    assert attack.data.readers == 33
    assert build_world(attack.data, P).counts.tolist() == [True] * 3 + [False] * 30
    assert attack.data.pace[3] * attack.data.visits_a_day == 20.0


def test_old_lookers_count_as_readers_of_every_board_and_come_of_one_domain_or_of_ten() -> None:
    two = replace(COMMUNITY, boards=np.array([0, 0, 1]))
    own, spread = (attack(two, 1).data for attack in (attacks.old_lookers, attacks.spread_lookers))
    for data in (own, spread):
        world = build_world(data, P)
        assert world.counts.all()
        assert (data.readers, world.follows[3:].all(), data.pace[3:].tolist()) == (13, True, [0.0] * 10)
    assert own.hostility.lookers == (-1,) * 10
    assert spread.hostility.lookers == tuple(range(10))


def test_socks_are_three_of_two_domains_and_were_met_or_not() -> None:
    new, met = (attack(COMMUNITY, 1).data.hostility for attack in (attacks.new_socks, attacks.met_socks))
    assert new.socks == met.socks
    assert (len(new.socks), len(set(new.socks))) == (3, 2)
    assert (new.are_met, met.are_met) == (False, True)


def test_who_deletes_and_reposts_has_one_post_at_a_time() -> None:
    data = attacks.delete_and_repost(COMMUNITY, 1).data
    gone = [data.hostility.gone_h[place] for place in range(3, 33)]
    assert len(set(data.texts[3:])) == 1
    assert gone[-1] == np.inf
    for place in range(3, 32):
        assert data.arrival_h[place] < gone[place - 3] < data.arrival_h[place + 1]


@pytest.mark.parametrize(("name", "part"), [("5 %", 0.05), ("10 %", 0.10)])
def test_a_paraphrase_changes_its_part_of_the_words(name: str, part: float) -> None:
    texts = attacks.ATTACKS[f"paraphrases, {name} of words"](COMMUNITY, 1).data.texts[3:]
    for text in texts:
        words = text.split()
        assert sum(word.startswith("x") for word in words) == max(1, round(part * len(words)))
    assert len(set(texts)) == 30


def test_posts_that_are_edited_into_one_were_not_one_before() -> None:
    data = attacks.edited_into_one(COMMUNITY, 1).data
    assert len(set(data.texts[3:])) > 5
    assert set(data.hostility.edited) == set(range(3, 33))
    assert len(set(data.hostility.edited.values())) == 1


def test_a_greedy_moderator_has_the_board_nearest_to_a_tenth_of_all_posts() -> None:
    boards = np.array([0] * 30 + [1] * 9 + [2] * 61)
    many = a_dataset(*((float(hour), 5, "bread") for hour in range(100)), boards=boards)
    attack = attacks.greedy_moderator(many, 1)
    assert attack.data.hostility.promises == {1: (50, 12.0)}
    assert attack.theirs(many.authors, boards).tolist() == (boards == 1).tolist()


def test_nobody_is_hostile_where_nothing_is_said_of_it() -> None:
    assert COMMUNITY.hostility == PEACE
