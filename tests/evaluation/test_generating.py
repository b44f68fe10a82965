"""Communities that are made: of the shape that was asked for, the same for a seed, nothing from the future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from fedconnect.evaluation import generating
from fedconnect.evaluation.dataset import Dataset
from fedconnect.evaluation.generating import SHAPES, Shape, examined_a_visit, generate
from fedconnect.evaluation.world import build_world
from fedconnect.surfacing.parameters import in_force

P = in_force()
SMALL = Shape("pond", readers=60, boards=4, topics=6, demand=0.35, cold=0.5, words=12)
OLD = 200


@pytest.fixture(scope="module", autouse=True)
def little_history() -> Iterator[None]:
    """A shorter history, so that a community is made in no time."""
    patch = pytest.MonkeyPatch()
    patch.setattr(generating, "_HISTORY_POSTS", OLD)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def pond(little_history: None) -> Dataset:
    return generate(SMALL, 1)


def test_nobody_has_liked_before_what_came_later_nor_will_like_what_is_over(pond: Dataset) -> None:
    histories = [item for one in pond.history for item in one]
    likes = [item for one in pond.likes for item in one]
    assert histories
    assert likes
    assert max(histories) < OLD <= min(likes)
    assert max(likes) < len(pond.texts)


def test_what_was_before_and_what_arrives_are_each_in_their_order_and_within_the_days(pond: Dataset) -> None:
    hours = 24 * P.evaluation.days
    before, after = pond.arrival_h[:OLD], pond.arrival_h[OLD:]
    assert -hours <= before[0] <= before[-1] < 0 <= after[0] <= after[-1] <= hours
    assert (np.diff(before) >= 0).all()
    assert (np.diff(after) >= 0).all()


def test_as_much_is_written_as_the_demand_asks_for(pond: Dataset) -> None:
    looked_at = SMALL.readers * P.evaluation.visits_a_day * examined_a_visit(P.ranking.page)
    fresh = len(pond.texts) - OLD
    assert fresh == round(0.35 * looked_at / P.hearing.floor * P.evaluation.days)
    lengths = {len(pond.languages), len(pond.boards), len(pond.authors), len(pond.arrival_h), len(pond.texts)}
    assert lengths == {OLD + fresh}


def test_everybody_has_their_row_and_a_pace_of_one_on_average(pond: Dataset) -> None:
    assert {len(pond.history), len(pond.likes), len(pond.follows), len(pond.pace)} == {SMALL.readers}
    assert pond.pace.mean() == pytest.approx(1.0)
    assert pond.pace.min() > 0
    assert (pond.name, pond.visits_a_day) == ("pond", P.evaluation.visits_a_day)


def test_everybody_follows_a_board_and_none_twice(pond: Dataset) -> None:
    assert all(1 <= len(one) == len(set(one)) <= SMALL.boards for one in pond.follows)


def test_at_most_half_of_all_write_and_some_more_than_others(pond: Dataset) -> None:
    writers = Counter(pond.authors.tolist())
    assert len(writers) <= SMALL.readers // 2
    assert max(writers) < SMALL.readers
    assert max(writers.values()) > 3 * np.median(list(writers.values()))


def test_whoever_is_cold_has_no_history_and_nobody_a_longer_one_than_is_learnt_from(pond: Dataset) -> None:
    assert sum(not one for one in pond.history) >= SMALL.readers * 0.3
    assert max(map(len, pond.history)) <= P.evaluation.most_history
    assert all(one == sorted(set(one)) for one in pond.history)
    assert all(not one for one in generate(replace(SMALL, cold=1.0), 1).history)


def test_about_two_in_a_hundred_posts_are_liked(pond: Dataset) -> None:
    share = sum(map(len, pond.likes)) / (len(pond.likes) * (len(pond.texts) - OLD))
    assert 0.01 < share < 0.04


def test_a_text_has_words_of_its_topics_and_of_everybody_and_never_fewer_than_six(pond: Dataset) -> None:
    words = [text.split() for text in pond.texts]
    assert min(map(len, words)) >= 6
    assert 8 < np.median([len(one) for one in words]) < 17
    share = sum(word.startswith("t") for one in words for word in one) / sum(map(len, words))
    assert 0.35 < share < 0.45
    topics = {word.partition("w")[0] for one in words for word in one if word.startswith("t")}
    assert topics <= {f"t{number}" for number in range(SMALL.topics)}


def test_a_dominant_board_has_its_share_and_without_one_the_first_is_merely_the_largest(
    pond: Dataset,
) -> None:
    crowded = generate(replace(SMALL, dominant=0.8), 1)
    shares = [np.bincount(one.boards, minlength=4) / len(one.boards) for one in (pond, crowded)]
    assert shares[1][0] == pytest.approx(0.8, abs=0.06)
    assert (shares[1][1:] > 0).all()
    assert 0.25 < shares[0][0] < 0.6


def test_a_seed_makes_one_community_and_another_seed_another() -> None:
    one, again, other = (generate(SMALL, seed) for seed in (1, 1, 2))
    assert (one.texts, one.likes, one.history) == (again.texts, again.likes, again.history)
    assert one.texts != other.texts


@pytest.mark.parametrize(("page", "examined"), [(0, 0.0), (1, 1.0), (2, 1.63093), (3, 2.13093)])
def test_further_down_a_page_less_is_looked_at(page: int, examined: float) -> None:
    assert examined_a_visit(page) == pytest.approx(examined, abs=1e-5)


def test_each_shape_is_found_by_its_name() -> None:
    assert all(shape.name == name for name, shape in SHAPES.items())


@pytest.mark.parametrize("shape", generating.SMALL, ids=lambda shape: shape.name)
def test_in_a_small_forum_so_many_read_and_write_as_its_name_says(shape: Shape) -> None:
    _, readers, posts_a_day = shape.name.split("-")
    data = generate(shape, 3)
    assert data.readers == int(readers)
    assert (data.arrival_h >= 0).sum() == int(posts_a_day) * 14
    assert data.board_count <= min(3, data.readers)
    assert sum(len(one) == data.board_count for one in data.follows) >= 0.9 * data.readers


def test_of_forty_boards_somebody_follows_one_or_two() -> None:
    data = generate(SHAPES["forty-boards"], 3)
    assert data.board_count == 40
    assert 1.4 < np.mean([len(one) for one in data.follows]) < 2.0


def test_an_archipelago_has_boards_that_many_follow_and_many_that_few_follow() -> None:
    data = generate(SHAPES["archipelago"], 3)
    follows = sorted((sum(board in one for one in data.follows) for board in range(40)), reverse=True)
    assert sum(follows[:4]) > 0.4 * sum(follows)
    assert follows[20] < 0.04 * data.readers


def test_in_a_founders_week_nearly_a_third_is_beyond_two_a_day_of_its_author() -> None:
    over = [
        build_world(generate(replace(SHAPES["founders"], words=8), seed), P).over_quota.mean()
        for seed in range(8)
    ]
    assert 0.25 < np.mean(over) < 0.37, "31 % of beer.stackexchange's first week"
    founders = generate(SHAPES["founders"], 1)
    assert (founders.readers, (founders.arrival_h >= 0).sum()) == (81, 280)
    assert not any(founders.history), "nobody was there before"


def test_where_people_come_by_their_clocks_nights_are_quiet_and_elsewhere_every_hour_is_alike() -> None:
    hour = generate(SHAPES["tides"], 2).arrival_h % 24
    night, evening = ((hour >= 2) & (hour < 6)).sum(), ((hour >= 18) & (hour < 22)).sum()
    assert evening > 2.5 * night
    assert generate(SHAPES["tides"], 2).zones is not None
    assert generate(SMALL, 1).zones is None
    assert all(shape.waves and shape.listeners == 1 for shape in generating.SMALL)


@pytest.mark.parametrize("shape", generating.LISTENING, ids=lambda shape: shape.name)
def test_where_people_listen_a_fifth_is_by_somebody_who_wrote_never_before(shape: Shape) -> None:
    data = generate(shape, 3)
    own, counts = np.unique(data.authors[data.authors >= data.readers], return_counts=True)
    assert (counts == 1).all()
    assert 0.15 < len(own) / len(data.authors) < 0.25
    assert data.listeners == 1 + int(shape.name.rpartition("-")[2]) <= data.readers
    assert generate(SMALL, 1).listeners == 0
