"""What is promised to each post, and when the promise is kept."""

from __future__ import annotations

import pytest

from fedconnect.surfacing.hearing import promise
from fedconnect.surfacing.hearing.promise import Supply
from fedconnect.surfacing.parameters import in_force

P = in_force()


@pytest.mark.parametrize(
    ("examined", "posts", "promised"),
    [
        (0, 5, 0),
        (1000, 0, 10),
        (255, 10, 10),  # half of the 20 that are left where five fewer come
        (245, 10, 9),
        (90, 10, 3),
        (10, 10, 1),
        (9, 10, 0),
        (1e9, 1, 10),
        (2, 0.5, 1),
    ],
)
def test_the_promise_is_half_of_what_is_looked_at_also_where_that_falls_short_by_its_spread(
    examined: float, posts: float, promised: int
) -> None:
    assert Supply(examined, posts, 100).promise(10, P.hearing) == promised


@pytest.mark.parametrize(
    ("coming", "promised"), [(0, 0), (2, 0), (3, 1), (8, 1), (9, 2), (34, 9), (35, 10), (1000, 10)]
)
def test_no_more_are_promised_than_a_third_of_those_who_come_also_where_fewer_do(
    coming: int, promised: int
) -> None:
    for examined in (None, 1e9):
        assert Supply(examined, 1, coming).promise(10, P.hearing) == promised


def test_where_nothing_is_known_of_what_is_looked_at_those_who_come_decide() -> None:
    assert Supply(None, 1e9, 20).promise(10, P.hearing) == 5


@pytest.mark.parametrize(
    ("asking", "over_quota", "in_all"), [(0, 9, 0), (4, 0, 4), (4, 3, 7), (4, 5, 8), (4, 900, 8)]
)
def test_who_writes_without_end_lowers_nobodys_promise_by_more_than_half(
    asking: int, over_quota: int, in_all: int
) -> None:
    assert promise.posts_that_ask(asking, over_quota) == in_all


def test_an_author_has_two_floors_a_day_and_always_the_first_one() -> None:
    assert promise.has_quota(1, False, P.hearing)
    assert not promise.has_quota(2, False, P.hearing)
    assert promise.has_quota(2, True, P.hearing)
    assert promise.has_quota(1, False, P.hearing, is_answer=True)
    assert not promise.has_quota(2, False, P.hearing, is_answer=True)


@pytest.mark.parametrize(
    ("hosts", "ends"),
    [
        (["a.example", "b.example"], False), (["a.example", "a.example", "b.example"], True),
        (["a.example"] * 50, False), (["one.a.example", "two.a.example", "three.a.example"], False), ([], False),
    ],
)  # fmt: skip
def test_three_other_people_of_more_than_one_domain_end_a_hearing(hosts: list[str], ends: bool) -> None:
    assert promise.is_answered(hosts, P.hearing) is ends


@pytest.mark.parametrize(
    ("seen", "floor", "heard"), [(2, 3, False), (3, 3, True), (4, 3, True), (0, 0, False), (5, 0, False)]
)
def test_a_floor_is_reached_by_its_last_impression_and_none_is_never_reached(
    seen: int, floor: int, heard: bool
) -> None:
    assert promise.is_heard(seen, floor) is heard


@pytest.mark.parametrize(
    ("floor", "share"), [(0, 1), (1, 1), (2, 1), (3, 1), (5, 1), (6, 2), (9, 3), (10, 3), (12, 4)]
)
def test_one_domain_may_fill_a_third_of_a_floor_and_always_one_place(floor: int, share: int) -> None:
    assert promise.domain_share(floor) == share


@pytest.mark.parametrize(
    ("readers", "exempt", "cap"),
    [
        ([3, 3, 3, 3], 0, 3),  # a third each, and there are enough
        ([3, 3, 3], 0, 4),  # nine are too few; the largest has more to come
        ([3, 3, 3], 1, 3),  # the tenth counts in any case
        ([900, 1, 1], 0, 8),  # whoever is there counts; the crowd fills the rest alone
        ([1, 900, 1], 0, 8),  # whichever comes first
        ([2] * 4, 0, 4),  # six others, so the largest is asked for four
        ([1] * 10, 0, 3),
        ([900], 0, 10), ([900], 7, 3), ([900], 6, 4), ([], 0, 10), ([], 7, 3), ([], 99, 3),
    ],
)  # fmt: skip
def test_a_domain_counts_for_no_more_than_the_floor_needs(readers: list[int], exempt: int, cap: int) -> None:
    assert promise.domain_cap(10, readers, exempt) == cap


@pytest.mark.parametrize(("floor", "cap"), [(0, 1), (1, 1), (2, 2), (3, 3)])
def test_of_one_domain_alone_every_reader_counts(floor: int, cap: int) -> None:
    assert promise.domain_cap(floor, [50], 0) == cap


@pytest.mark.parametrize(("floor", "promised"), [(0, 0), (1, 1), (2, 1), (10, 1)])
def test_an_answer_is_promised_little_and_never_more_than_its_board_can_keep(
    floor: int, promised: int
) -> None:
    assert promise.of_an_answer(floor, P.hearing) == promised
