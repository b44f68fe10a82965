"""One visit, one page: pure, so every rule is a small example."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fedconnect.surfacing.feed.ranking import Candidates, Page, arrange
from fedconnect.surfacing.parameters import in_force

P = in_force()


def candidates(count: int, **facts: object) -> Candidates:
    found = Candidates(
        fit=np.linspace(1.0, 0.0, count),
        age_h=np.full(count, 30.0),
        heard=np.full(count, 10.0),
        shown=np.full(count, 10.0),
        floor=np.full(count, 10.0),
        hours=np.full(count, 48.0),
        in_audience=np.ones(count, bool),
        author=np.arange(count),
        duplicates=np.arange(count),
        barred=np.zeros(count, bool),
        answers=np.zeros(count, bool),
    )
    return replace(found, **{name: np.asarray(value) for name, value in facts.items()})


def unlike(places: np.ndarray) -> np.ndarray:
    return np.eye(len(places), dtype=np.float32)


def page_of(found: Candidates, **choices: bool) -> Page:
    return arrange(found, unlike, P.ranking, P.hearing, **choices)


def unheard(count: int, places: range) -> np.ndarray:
    heard = np.full(count, 10.0)
    heard[list(places)] = 0
    return heard


def test_what_fits_best_stands_first_where_everything_is_heard() -> None:
    page = page_of(candidates(60))
    assert page.order == list(range(20))
    assert page.reserved == frozenset()


def test_quiet_posts_stand_at_every_second_place_from_the_second_on() -> None:
    page = page_of(candidates(60, heard=unheard(60, range(50, 53))))
    assert [page.order.index(place) for place in (50, 51, 52)] == [1, 3, 5]
    assert page.order[0] == 0
    assert page.reserved == {50, 51, 52}


def test_at_most_eight_places_are_reserved() -> None:
    page = page_of(candidates(90, heard=unheard(90, range(40, 90))))
    assert len(page.reserved) == 8
    assert len(page.order) == 20


def test_one_author_has_at_most_two_of_them() -> None:
    author = np.arange(60)
    author[50:60] = 7
    page = page_of(candidates(60, heard=unheard(60, range(50, 60)), author=author))
    assert len(page.reserved) == 2


def test_a_reader_outside_the_audience_is_not_asked() -> None:
    page = page_of(candidates(60, heard=unheard(60, range(50, 60)), in_audience=np.arange(60) < 50))
    assert page.reserved == frozenset()


def test_a_post_that_keeps_its_pace_waits_for_its_turn() -> None:
    heard = np.full(60, 10.0)
    heard[55] = 6  # of 7.8 that thirty hours ask for
    assert page_of(candidates(60, heard=heard)).reserved == {55}
    heard[55] = 8
    assert page_of(candidates(60, heard=heard)).reserved == frozenset()


def test_a_hearing_whose_time_is_over_has_no_place() -> None:
    age = np.full(60, 30.0)
    age[55] = 48.5
    assert page_of(candidates(60, heard=unheard(60, range(55, 56)), age_h=age)).reserved == frozenset()


def test_a_quiet_post_that_would_stand_there_anyway_takes_no_reserved_place() -> None:
    page = page_of(candidates(60, heard=unheard(60, range(3, 4))))
    assert 3 in page.order
    assert page.reserved == frozenset()


def test_of_near_duplicates_one_stands_on_a_page() -> None:
    duplicates = np.arange(60)
    duplicates[[1, 2, 50, 51]] = 1
    page = page_of(candidates(60, duplicates=duplicates, heard=unheard(60, range(50, 52))))
    assert set(page.order) & {1, 2, 50, 51} == {1}


def test_what_is_over_its_quota_stands_on_its_board_alone() -> None:
    barred = np.zeros(60, bool)
    barred[[0, 55]] = True
    page = page_of(candidates(60, barred=barred, heard=unheard(60, range(55, 56))))
    assert not set(page.order) & {0, 55}


def test_whoever_wants_it_plain_has_the_newest_first_with_quiet_posts_between() -> None:
    age = np.linspace(40, 1, 60)
    page = page_of(candidates(60, age_h=age, heard=unheard(60, range(2, 3))), personal=False)
    assert page.order[0] == 59
    assert page.order[1] == 2
    assert [place for place in page.order if place != 2] == list(range(59, 40, -1))


def test_the_newest_stands_first_however_much_it_is_like_what_stands_above() -> None:
    def first_two_alike(places: np.ndarray) -> np.ndarray:
        alike = np.eye(len(places), dtype=np.float32)
        alike[0, 1] = alike[1, 0] = 1.0
        return alike

    found = candidates(3, age_h=np.array([1.0, 2.0, 150.0]), fit=np.zeros(3))
    varied = replace(P.ranking, variety=0.5)
    assert arrange(found, first_two_alike, varied, P.hearing, personal=False).order == [0, 1, 2]


def test_whoever_wants_nothing_between_gets_nothing_between() -> None:
    page = page_of(candidates(60, heard=unheard(60, range(50, 60))), slots=False)
    assert page.reserved == frozenset()


def test_what_many_have_seen_steps_back_a_little() -> None:
    shown = np.full(60, 10.0)
    shown[0] = 4000
    assert page_of(candidates(60, shown=shown)).order[0] == 1


def test_what_is_like_the_post_above_steps_back_a_little() -> None:
    def first_two_alike(places: np.ndarray) -> np.ndarray:
        alike = np.eye(len(places), dtype=np.float32)
        alike[0, 1] = alike[1, 0] = 1.0
        return alike

    varied = replace(P.ranking, variety=0.5)
    assert arrange(candidates(60), first_two_alike, varied, P.hearing).order[:3] == [0, 2, 3]


def test_an_answer_may_be_heard_in_a_reserved_place_and_never_stands_by_merit() -> None:
    answers = np.zeros(60, bool)
    answers[[0, 55]] = True
    page = page_of(candidates(60, answers=answers, heard=unheard(60, range(55, 56))))
    assert page.reserved == {55}
    assert 0 not in page.order


@pytest.mark.parametrize("count", [0, 1, 2, 19])
def test_few_posts_make_a_short_page(count: int) -> None:
    page = page_of(candidates(count, heard=np.zeros(count)))
    assert sorted(page.order) == list(range(count))


def test_only_quiet_posts_still_make_a_page() -> None:
    barred = np.zeros(30, bool)
    page = page_of(candidates(30, fit=np.zeros(30), heard=np.zeros(30), barred=barred))
    assert len(page.order) == 20
    assert len(set(page.order)) == 20
