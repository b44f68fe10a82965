"""One visit, one page: pure, so every rule is a small example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fedconnect.surfacing.feed.ranking import (
    Candidates,
    Page,
    arrange,
    quiet_ones,
    rounds,
    share_in_rounds,
    standardised,
)
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
        seen=np.zeros(count, bool),
        board=np.zeros(count, np.int64),
        passed=np.zeros(count, np.int64),
        answered=np.zeros(count, bool),
    )
    return replace(found, **{name: np.asarray(value) for name, value in facts.items()})


def unlike(places: np.ndarray) -> np.ndarray:
    return np.eye(len(places), dtype=np.float32)


def page_of(found: Candidates, **choices: Any) -> Page:
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


def test_what_repeats_another_or_is_in_safeguarding_stands_on_its_board_alone() -> None:
    barred = np.zeros(60, bool)
    barred[[0, 55]] = True
    page = page_of(candidates(60, barred=barred, heard=unheard(60, range(55, 56))))
    assert not set(page.order) & {0, 55}


def test_what_the_reader_has_looked_at_comes_after_all_that_is_new_to_them() -> None:
    seen = np.zeros(60, bool)
    seen[:45] = True
    page = page_of(candidates(60, seen=seen))
    assert page.order == [*range(45, 60), *range(5)]
    assert page_of(candidates(10, seen=np.ones(10, bool))).order == list(range(10)), "it does not vanish"


def test_whoever_wants_it_plain_has_the_newest_first_whatever_they_have_seen() -> None:
    seen = np.zeros(30, bool)
    seen[29] = True
    page = page_of(candidates(30, seen=seen, age_h=np.linspace(40, 1, 30)), personal=False)
    assert page.order == list(range(29, 9, -1))


@pytest.mark.parametrize(("of_the_board", "places"), [(57, 8), (15, 4), (6, 1), (3, 1), (1, 1)])
def test_a_board_that_asks_for_much_gets_reserved_places_by_twice_its_share_and_one_at_least(
    of_the_board: int, places: int
) -> None:
    board = np.ones(60, np.int64)
    board[60 - of_the_board :] = 2
    quiet = unheard(60, range(60 - of_the_board, 60))
    page = page_of(candidates(60, heard=quiet, board=board))
    assert len(page.reserved) == places


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


def test_answers_take_one_reserved_place_the_last_and_none_from_a_question() -> None:
    answers = np.arange(60) >= 50
    alone = page_of(candidates(60, answers=answers, heard=unheard(60, range(50, 60))))
    assert len(alone.reserved) == P.ranking.answer_slots == 1
    assert alone.order[2 * P.ranking.slots - 1] in alone.reserved
    questions = page_of(candidates(60, answers=answers, heard=unheard(60, range(30, 60))))
    assert len(questions.reserved) == P.ranking.slots
    assert not answers[questions.order].any(), "eight questions wait"
    some = page_of(candidates(60, answers=answers, heard=unheard(60, [40, 41, 55])))
    assert [some.order.index(place) for place in (40, 41, 55)] == [1, 3, 15]


def test_an_answer_takes_no_place_from_what_is_new_in_the_first_two_fifths_of_its_time() -> None:
    answers = np.arange(60) == 55
    facts = {"answers": answers, "heard": unheard(60, range(55, 56)), "floor": np.where(answers, 1.0, 10.0)}
    for hours, reserved in ((19.0, set()), (19.5, {55})):
        page = page_of(candidates(60, age_h=np.full(60, hours), **facts))
        assert page.reserved == reserved


def test_answers_that_nobody_looked_at_come_before_what_the_reader_has_looked_at_and_after_what_is_new() -> (
    None
):
    answers = np.arange(60) >= 50
    facts = {"answers": answers, "heard": unheard(60, range(50, 60)), "age_h": np.full(60, 1.0)}
    page = page_of(candidates(60, seen=np.arange(60) >= 16, **facts))
    assert page.order == [*range(16), 50, 51, 52, 53], "what was looked at is pushed out"
    page = page_of(candidates(60, seen=np.arange(60) >= 5, **facts))
    assert page.order == [*range(5), *range(50, 58), *range(5, 12)], "eight places at most"
    assert page.reserved == set(range(50, 58))
    heard_by_all = {**facts, "heard": np.full(60, 10.0)}
    assert not page_of(candidates(60, seen=np.arange(60) >= 5, **heard_by_all)).reserved


def test_answers_before_what_was_looked_at_leave_questions_their_places() -> None:
    answers = np.arange(60) >= 50
    author = np.where(answers, np.arange(60), 7)  # of one author two questions at most
    heard = unheard(60, range(40, 60))
    page = page_of(candidates(60, answers=answers, heard=heard, author=author, seen=np.arange(60) >= 5))
    questions = [place for place in page.order if 40 <= place < 50]
    assert [page.order.index(place) for place in questions] == [1, 3]
    assert len(page.reserved) == P.ranking.slots
    assert page.reserved == {*questions, *range(50, 56)}


@pytest.mark.parametrize("count", [0, 1, 2, 19])
def test_few_posts_make_a_short_page(count: int) -> None:
    page = page_of(candidates(count, heard=np.zeros(count)))
    assert sorted(page.order) == list(range(count))


def test_only_quiet_posts_still_make_a_page() -> None:
    barred = np.zeros(30, bool)
    page = page_of(candidates(30, fit=np.zeros(30), heard=np.zeros(30), barred=barred))
    assert len(page.order) == 20
    assert len(set(page.order)) == 20


def alone(found: Candidates, z: np.ndarray | None = None, shown: set[int] | None = None) -> list[int]:
    """The quiet ones among candidates that all fit alike, where nothing else is shown."""
    same = np.zeros(len(found)) if z is None else z
    return quiet_ones(found, same, shown or set(), P.ranking, P.hearing)


def test_a_hearing_is_pressed_for_until_its_very_last_hour() -> None:
    assert alone(candidates(2, heard=np.zeros(2), age_h=np.array([48.0, 48.01]))) == [0]


def test_what_has_no_hearing_or_has_its_floor_is_never_quiet() -> None:
    assert alone(candidates(2, heard=np.zeros(2), floor=np.array([0.0, 10.0]))) == [1]
    assert alone(candidates(2)) == []
    assert alone(candidates(0)) == []


def test_of_quiet_posts_the_one_that_fits_lacks_more_or_is_older_is_more_pressing() -> None:
    two = candidates(2, heard=np.zeros(2))
    assert alone(two) == [0, 1], "the order stays where nothing tells them apart"
    assert alone(two, np.array([0.0, 0.1])) == [1, 0]
    assert alone(candidates(2, heard=np.array([1.0, 0.0]))) == [1, 0]
    assert alone(candidates(2, heard=np.zeros(2), age_h=np.array([40.0, 41.0]))) == [1, 0]


def test_what_is_lacking_weighs_twice_as_much_as_fit() -> None:
    half_heard = candidates(2, heard=np.array([5.0, 0.0]), age_h=np.full(2, 40.0))  # half a floor apart
    assert alone(half_heard, np.array([0.99, 0.0])) == [1, 0]
    assert alone(half_heard, np.array([1.01, 0.0])) == [0, 1]


def test_age_presses_by_its_square_and_by_one_at_most() -> None:
    ages = candidates(2, heard=np.zeros(2), age_h=np.array([24.0, 48.0]), floor=np.full(2, 1e9))
    lack = 2 * (1 - 24 / (48 * P.hearing.pace))  # of what is due by then; of the floor itself
    assert alone(ages, np.array([lack + 0.74, 0.0])) == [1, 0]
    assert alone(ages, np.array([lack + 0.76, 0.0])) == [0, 1]


def test_of_a_family_one_is_reserved_and_none_where_one_is_shown() -> None:
    twins = candidates(3, heard=np.zeros(3), duplicates=np.array([0, 0, 2]))
    assert alone(twins) == [0, 2]
    assert alone(twins, shown={1}) == [2]
    assert alone(twins, shown={0, 1, 2}) == []


def test_places_run_from_the_best_to_the_last_that_may_be_reserved() -> None:
    many = candidates(P.ranking.slots + 3, heard=np.zeros(P.ranking.slots + 3))
    assert alone(many) == list(range(P.ranking.slots))


def test_fits_are_told_in_spreads_from_the_readers_own_mean() -> None:
    assert standardised(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]
    assert standardised(np.array([4.0, 8.0, 12.0])) == pytest.approx([-1.2247449, 0.0, 1.2247449])
    assert standardised(np.full(3, 0.7)).tolist() == [0.0] * 3
    assert standardised(np.zeros(0)).tolist() == []


def test_how_far_a_seen_post_steps_back_is_a_parameter_and_grows_slowly() -> None:
    found = candidates(2, fit=np.array([0.0, 1.0]), shown=np.array([0.0, 990.0]))  # two spreads apart
    step = np.log1p(99.0)
    for sharing, order in ((0.0, [1, 0]), (1.9 / step, [1, 0]), (2.1 / step, [0, 1])):
        ranking = replace(P.ranking, sharing=sharing)
        assert arrange(found, unlike, ranking, P.hearing).order == order


def test_being_alike_costs_its_share_of_a_spread_and_no_more() -> None:
    def alike(places: np.ndarray) -> np.ndarray:
        found = np.eye(len(places), dtype=np.float32)
        found[0, 1] = found[1, 0] = 0.5
        return found

    fit = standardised(np.array([2.0, 1.0, 0.9]))
    apart = fit[1] - fit[2]
    for share, order in ((0.9, [0, 1, 2]), (1.1, [0, 2, 1])):
        ranking = replace(P.ranking, variety=share * apart / 0.5, sharing=0.0)
        assert arrange(candidates(3, fit=fit), alike, ranking, P.hearing).order == order


def test_a_large_family_of_near_duplicates_does_not_empty_the_pool() -> None:
    family = np.array([0, 0, 0, 0, 4, 5, 6])
    small = replace(P.ranking, pool=3, page=3)
    assert arrange(candidates(7, duplicates=family), unlike, small, P.hearing).order == [0, 4, 5]


def test_the_pool_is_the_best_and_a_page_is_cut_from_it() -> None:
    small = replace(P.ranking, pool=2, page=3)
    assert arrange(candidates(5), unlike, small, P.hearing).order == [0, 1]
    short = replace(P.ranking, pool=4, page=3)
    for personal in (True, False):
        page = arrange(candidates(5), unlike, short, P.hearing, personal=personal, slots=False)
        assert page == Page([0, 1, 2], frozenset())


def test_of_two_that_fit_alike_the_newer_stands_first() -> None:
    found = candidates(3, fit=np.zeros(3), age_h=np.array([30.0, 10.0, 20.0]))
    assert page_of(found).order == [1, 2, 0]


def test_where_little_is_there_by_merit_quiet_posts_close_the_gap_but_fill_no_second_page() -> None:
    answers = np.arange(9) >= 2
    found = candidates(9, answers=answers, heard=np.where(answers, 0.0, 10.0))
    many = replace(P.ranking, answer_slots=9)
    assert arrange(found, unlike, many, P.hearing).order == list(range(9))
    five = replace(many, page=5)
    page = arrange(found, unlike, five, P.hearing)
    assert page.order == [0, 1, 2, 3, 4]
    assert page.reserved == {2, 3, 4}, "what did not come onto the page is not reserved on it"


def test_candidates_are_as_many_as_their_fits() -> None:
    assert [len(candidates(count)) for count in (0, 3)] == [0, 3]


@pytest.mark.parametrize(
    ("readers", "share"),
    [(0, 1.0), (3, 1.0), (20, 1.0), (21, 0.975), (40, 0.5), (59, 0.025), (60, 0.0), (10_000, 0.0)],
)
def test_the_fewer_read_the_more_of_a_page_goes_round(readers: int, share: float) -> None:
    assert share_in_rounds(readers, P.ranking) == pytest.approx(share)


def test_everybodys_longest_waiting_post_comes_before_anybodys_second() -> None:
    author = np.array([1, 1, 1, 2, 2, 3])
    age = np.array([9.0, 8.0, 7.0, 3.0, 2.0, 5.0])
    heard, floor = np.zeros(6), np.full(6, 10.0)
    for owed in ({"heard": heard, "floor": floor}, {"fit": np.zeros(6)}):
        assert rounds(candidates(6, author=author, age_h=age, **owed), P.ranking, P.hearing) == [
            0,
            5,
            3,
            1,
            4,
            2,
        ]


def test_what_was_seen_as_promised_or_came_too_late_for_that_goes_by_fit_behind_what_still_waits() -> None:
    found = candidates(
        5, age_h=np.array([60.0, 50.0, 30.0, 20.0, 10.0]), fit=np.array([0.1, 0.9, 0.2, 0.8, 0.0]),
        heard=np.array([0.0, 0.0, 10.0, 10.0, 1.0]), floor=np.full(5, 10.0),
    )  # fmt: skip
    assert rounds(found, P.ranking, P.hearing) == [4, 1, 3, 2, 0]


def test_a_round_begins_with_what_is_new_to_the_reader_whoever_wrote_it() -> None:
    author = np.array([1, 1, 2, 3])
    age, seen = np.array([9.0, 8.0, 7.0, 6.0]), np.array([True, False, True, False])
    assert rounds(candidates(4, author=author, age_h=age, seen=seen), P.ranking, P.hearing) == [1, 3, 0, 2]


def test_within_a_round_what_is_furthest_behind_its_promise_comes_first_while_there_is_time() -> None:
    found = candidates(
        5, age_h=np.array([24.0, 24.0, 40.0, 49.0, 1.0]), heard=np.array([5.0, 2.0, 10.0, 0.0, 0.0]), fit=np.zeros(5),
    )  # fmt: skip
    assert rounds(found, P.ranking, P.hearing) == [1, 4, 0, 3, 2]


def test_where_nothing_is_promised_what_nobody_has_seen_comes_first() -> None:
    found = candidates(
        3, floor=np.zeros(3), heard=np.zeros(3), shown=np.array([1.0, 0.0, 0.0]), age_h=np.array([9.0, 2.0, 3.0])
    )  # fmt: skip
    assert rounds(found, P.ranking, P.hearing) == [2, 1, 0]


def test_what_repeats_another_and_answers_have_no_turn() -> None:
    barred, answers = np.array([True, False, False]), np.array([False, True, False])
    assert rounds(candidates(3, barred=barred, answers=answers), P.ranking, P.hearing) == [2]


def test_whose_posts_a_reader_has_seen_all_week_waits_for_whoever_hardly_writes() -> None:
    author = np.array([1] * 6 + [2, 1, 2, 2, 2])
    age, seen = np.linspace(20, 10, 11), np.array([True] * 6 + [False] * 5)
    found = rounds(candidates(11, author=author, age_h=age, seen=seen), P.ranking, P.hearing)
    assert found[:5] == [6, 8, 7, 9, 10], "two beyond the first four: the third round"
    seen[:2], author[:2] = False, 3
    assert rounds(candidates(11, author=author, age_h=age, seen=seen), P.ranking, P.hearing)[1:3] == [6, 7]


def test_of_one_author_four_new_posts_stand_before_other_peoples_and_not_a_page_of_them() -> None:
    fit = np.linspace(1, 0, 40)
    author = np.where(np.arange(40) < 15, 0, np.arange(40))
    heard = np.full(40, 99.0)
    page = page_of(candidates(40, fit=fit, author=author, heard=heard))
    assert page.order == [0, 1, 2, 3, *range(15, 31)]
    few = page_of(candidates(20, fit=fit[:20], author=author[:20], heard=heard[:20]))
    assert few.order == [0, 1, 2, 3, *range(15, 20), *range(4, 15)], (
        "what is left comes after, and is not lost"
    )
    seen = np.arange(20) > 14
    few = page_of(candidates(20, fit=fit[:20], author=author[:20], heard=heard[:20], seen=seen))
    assert few.order == list(range(20)), "what the reader has looked at comes later still"


def test_a_flood_of_one_author_takes_two_places_while_ten_others_wait() -> None:
    author = np.concatenate([np.zeros(50, int), np.arange(1, 11), np.arange(1, 11)])
    page = page_of(candidates(70, author=author, age_h=np.linspace(40, 1, 70)), in_rounds=1.0)
    assert (author[page.order] == 0).sum() == 2


@pytest.mark.parametrize(("share", "in_turn"), [(0.0, 0), (0.25, 5), (0.5, 10), (1.0, 20)])
def test_a_page_is_mixed_by_share_and_shows_each_post_once(share: float, in_turn: int) -> None:
    waiting = {"heard": np.zeros(60), "in_audience": np.zeros(60, bool)}
    found = candidates(60, age_h=np.linspace(1, 40, 60), **waiting)  # what waits longest fits least
    page = page_of(found, in_rounds=share)
    assert len(set(page.order)) == 20
    assert sum(place >= 40 for place in page.order) == in_turn
    assert [place for place in page.order if place < 40] == list(range(20 - in_turn))


def test_a_page_in_rounds_has_all_there_is_where_that_is_little_and_nothing_where_nothing_is() -> None:
    assert sorted(page_of(candidates(3), in_rounds=0.5).order) == [0, 1, 2]
    assert page_of(candidates(0), in_rounds=1.0).order == []


def test_whoever_wants_it_plain_has_no_rounds() -> None:
    age = np.linspace(40, 1, 30)
    assert page_of(candidates(30, age_h=age), personal=False, in_rounds=1.0).order == list(range(29, 9, -1))


def test_what_was_passed_on_has_two_places_of_its_own_and_takes_none_from_the_quiet() -> None:
    passed = np.zeros(60, np.int64)
    passed[[59, 57, 55]] = [2, 1, 3]
    heard = np.full(60, 10.0)
    heard[30:50] = 0
    alone = page_of(candidates(60, heard=heard))
    page = page_of(candidates(60, heard=heard, passed=passed))
    assert [page.order[2], page.order[6]] == [57, 59]
    assert page.passed == {57, 59}
    assert page.reserved == alone.reserved
    assert len(page.reserved) == P.ranking.slots
    assert len(page.order) == len(set(page.order)) == P.ranking.page
    assert 55 not in page.order, "the third waits for the next visit"


def test_what_was_passed_on_and_is_quiet_takes_one_place() -> None:
    heard = np.full(60, 10.0)
    heard[59] = 0
    passed = np.zeros(60, np.int64)
    passed[59] = 1
    page = page_of(candidates(60, heard=heard, passed=passed))
    assert (page.order[2], page.reserved, page.order.count(59)) == (59, frozenset(), 1)


def test_what_may_stand_on_its_board_alone_has_no_place_though_it_was_passed_on() -> None:
    passed, barred = np.zeros(60, np.int64), np.zeros(60, bool)
    passed[59], barred[59] = 1, True
    assert 59 not in page_of(candidates(60, passed=passed, barred=barred)).order


def test_on_a_short_page_and_in_a_small_forum_what_was_passed_on_stands_too() -> None:
    for count, choices in ((2, {}), (60, {"in_rounds": 1.0}), (60, {"personal": False})):
        passed = np.zeros(count, np.int64)
        passed[-1] = 1
        page = page_of(candidates(count, seen=passed > 0, passed=passed), **choices)
        assert page.passed == {count - 1}
    assert page_of(candidates(60, passed=passed), slots=False).passed == frozenset(), (
        "they want nothing chosen"
    )


def test_a_post_with_an_answer_yields_its_place_to_one_without() -> None:
    z, answered = np.zeros(3), np.array([True, False, True])
    found = candidates(3, heard=np.array([0.0, 4.0, 4.0]), age_h=np.full(3, 38.4), answered=answered)
    assert quiet_ones(found, z, set(), P.ranking, P.hearing) == [1, 0, 2], "all of .6 is more than half of 1"


def test_a_post_with_an_answer_that_lacks_more_than_twice_as_much_still_comes_first() -> None:
    found = candidates(
        2, heard=np.array([0.0, 6.0]), age_h=np.full(2, 38.4), answered=np.array([True, False])
    )
    assert quiet_ones(found, np.zeros(2), set(), P.ranking, P.hearing) == [0, 1]


def test_in_a_round_a_post_with_an_answer_comes_after_one_without() -> None:
    found = candidates(
        3, age_h=np.full(3, 24.0), heard=np.array([1.0, 2.0, 10.0]), answered=np.array([True, False, True])
    )
    assert rounds(found, P.ranking, P.hearing) == [1, 0, 2]
