"""Whose turn it is to answer what nobody answers: one at a time, in their hours, shared out fairly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fedconnect.surfacing.hearing.asking import (
    Askable,
    QuietPost,
    Turn,
    choose,
    may_be_asked,
    share_out,
    whose_turn,
)
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON

NUMBERS = in_force().listening
ALWAYS = Hours(0, 23, "UTC")
FIRST = QuietPost(1, author_id=50, begun_at=NOON - 2 * HOUR, is_first=True, promised=5)
LATER = replace(FIRST, begun_at=NOON - 13 * HOUR, is_first=False)
GRAVE = replace(FIRST, is_grave=True)
DORA = Askable(7, ALWAYS, a_day=3, met_at=NOON - 30 * DAY, may_have_all=False)
CONFIRMED = replace(DORA, may_have_all=True)
MO = Askable(9, ALWAYS, a_day=10, met_at=NOON - 90 * DAY, may_have_all=True, listens=False, is_moderator=True)


def asked(post: QuietPost, *people: Askable) -> int | None:
    one = choose(post, people, NOON, NUMBERS)
    return one.person_id if one is not None else None


@pytest.mark.parametrize("post", [GRAVE, LATER, replace(LATER, promised=0), replace(GRAVE, is_first=False)])
def test_who_is_not_confirmed_is_asked_about_ordinary_first_posts_only(post: QuietPost) -> None:
    assert asked(FIRST, DORA) == DORA.person_id
    assert asked(post, DORA) is None
    assert asked(post, CONFIRMED) == DORA.person_id


@pytest.mark.parametrize(
    "values",
    [{"a_day": 0}, {"asked_today": 3}, {"last_author_id": 50}, {"hours": Hours(13, 14, "UTC")}, {"person_id": 50},
     {"met_at": NOON - 7 * DAY + INSTANT, "asked_today": 1}],
)  # fmt: skip
def test_whoever_has_no_time_or_just_had_that_author_is_not_asked(values: dict[str, Any]) -> None:
    assert asked(FIRST, replace(DORA, **values)) is None


@pytest.mark.parametrize(
    "values",
    [{"asked_today": 2}, {"last_author_id": 51}, {"hours": Hours(12, 12, "UTC")}, {"met_at": NOON - INSTANT},
     {"met_at": NOON - 7 * DAY, "asked_today": 1}, {"a_day": 99, "asked_today": 9}],
)  # fmt: skip
def test_whoever_has_time_is_asked(values: dict[str, Any]) -> None:
    assert asked(FIRST, replace(DORA, **values)) == DORA.person_id


def test_nobody_is_asked_more_than_ten_times_a_day_whatever_they_offer() -> None:
    assert asked(FIRST, replace(DORA, a_day=99, asked_today=10)) is None


def test_whom_the_author_keeps_away_or_who_was_asked_before_is_not_asked() -> None:
    assert asked(replace(FIRST, kept_away=frozenset({7})), DORA) is None


@pytest.mark.parametrize(
    ("post", "turn"),
    [
        (replace(FIRST, begun_at=NOON - HOUR + INSTANT), Turn.NOBODYS), (replace(FIRST, begun_at=NOON - HOUR), Turn.LISTENERS),
        (replace(FIRST, begun_at=NOON - 11 * HOUR), Turn.MODERATORS_FIRST), (replace(FIRST, begun_at=NOON - 11 * HOUR + INSTANT), Turn.LISTENERS),
        (replace(LATER, begun_at=NOON - 12 * HOUR + INSTANT), Turn.NOBODYS), (replace(LATER, begun_at=NOON - 12 * HOUR), Turn.LISTENERS),
        (replace(LATER, begun_at=NOON - 36 * HOUR), Turn.MODERATORS_FIRST), (replace(LATER, begun_at=NOON - 36 * HOUR + INSTANT), Turn.LISTENERS),
        (replace(LATER, promised=0, begun_at=NOON - HOUR), Turn.LISTENERS), (replace(LATER, promised=0, begun_at=NOON - 6 * HOUR), Turn.MODERATORS_FIRST),
        (replace(FIRST, promised=0, begun_at=NOON - 6 * HOUR), Turn.MODERATORS_FIRST), (replace(LATER, promised=0, begun_at=NOON - 6 * HOUR + INSTANT), Turn.LISTENERS),
        (replace(FIRST, begun_at=NOON - 7 * DAY), Turn.NOBODYS), (replace(GRAVE, begun_at=NOON - 99 * DAY), Turn.LISTENERS_FIRST),
        (replace(GRAVE, begun_at=NOON), Turn.LISTENERS_FIRST),
        (replace(FIRST, asked_at=NOON - 6 * HOUR + INSTANT), Turn.NOBODYS), (replace(FIRST, asked_at=NOON - 6 * HOUR), Turn.LISTENERS),
        (replace(GRAVE, asked_at=NOON - HOUR), Turn.NOBODYS),
    ],
)  # fmt: skip
def test_it_is_told_whose_turn_it_is(post: QuietPost, turn: Turn) -> None:
    assert whose_turn(post, NOON, NUMBERS) is turn


OLD = replace(FIRST, begun_at=NOON - 11 * HOUR)


def test_nobody_keeps_moderators_out_by_listening_without_a_word() -> None:
    """However many listen and were never asked, and although an ask of theirs still waits."""
    many = [replace(DORA, person_id=number) for number in range(100, 130)]
    waits = replace(OLD, asked_at=NOON - HOUR)
    assert asked(FIRST, MO) is None, "their turn comes later"
    assert asked(OLD, *many, MO) == MO.person_id
    assert asked(waits, *many, MO) == MO.person_id


def test_a_listener_still_waits_for_the_one_before_where_no_moderator_has_time() -> None:
    busy = replace(MO, asked_today=10)
    assert asked(replace(OLD, asked_at=NOON - HOUR), DORA, busy) is None
    assert asked(replace(OLD, asked_at=NOON - HOUR), DORA) is None
    assert asked(OLD, DORA, busy) == DORA.person_id


def test_once_a_moderator_was_asked_the_next_one_waits_six_hours() -> None:
    told = replace(OLD, asked_moderator=True)
    assert asked(replace(told, asked_at=NOON - 6 * HOUR + INSTANT), MO, DORA) is None
    assert asked(replace(told, asked_at=NOON - 6 * HOUR), MO, DORA) == MO.person_id


def test_a_moderator_who_listens_is_asked_as_either() -> None:
    both = replace(MO, listens=True)
    assert asked(FIRST, both) == MO.person_id
    assert asked(OLD, both, DORA) == MO.person_id
    assert asked(GRAVE, both, CONFIRMED) == DORA.person_id, "never asked, and the smaller number"


def test_whoever_was_asked_longest_ago_is_asked_and_who_never_was_before_them() -> None:
    longest = replace(DORA, person_id=8, asked_at=NOON - 2 * DAY)
    lately = replace(DORA, asked_at=NOON - DAY)
    never = replace(DORA, person_id=99)
    assert asked(FIRST, lately, longest) == 8
    assert asked(FIRST, lately, longest, never) == 99


def test_where_nobody_is_there_nobody_is_asked() -> None:
    assert asked(FIRST) is None
    assert NUMBERS.moderators_unpromised_hours <= NUMBERS.moderators_soon_hours < 12, (
        "within twelve hours, as is promised"
    )


def test_what_is_grave_goes_past_an_unconfirmed_listener_to_a_moderator_at_once() -> None:
    now = replace(GRAVE, begun_at=NOON)
    assert asked(now, DORA, MO) == MO.person_id
    assert asked(now, replace(DORA, may_have_all=True), MO) == DORA.person_id


@pytest.mark.parametrize("post", [GRAVE, replace(FIRST, is_first=False), replace(GRAVE, is_first=False)])
def test_an_unconfirmed_listener_may_not_be_asked_however_long_a_post_waits(post: QuietPost) -> None:
    for hours in (2, 12, 36, 167):
        assert not may_be_asked(DORA, replace(post, begun_at=NOON - hours * HOUR), NOON, NUMBERS)


def test_a_moderator_is_never_asked_about_their_own_post_nor_where_they_are_kept_away() -> None:
    assert asked(replace(GRAVE, author_id=MO.person_id), MO) is None
    assert asked(replace(GRAVE, kept_away=frozenset({MO.person_id})), MO) is None


def test_a_moderator_is_asked_about_one_author_again_and_again_since_authors_are_promised_that() -> None:
    one = replace(FIRST, is_first=False, promised=0, begun_at=NOON - 11 * HOUR)
    assert asked(one, replace(MO, last_author_id=one.author_id)) == MO.person_id
    assert asked(one, replace(MO, met_at=NOON - HOUR, asked_today=9)) == MO.person_id
    assert asked(one, replace(MO, asked_today=10)) is None, "ten a day at most"


def test_where_an_author_is_not_known_nobody_counts_as_having_had_them_before() -> None:
    assert asked(replace(FIRST, author_id=None), DORA) == DORA.person_id


def test_the_order_in_which_people_are_found_changes_nothing() -> None:
    people = [DORA, replace(DORA, person_id=8), replace(DORA, person_id=6, asked_at=NOON - DAY)]
    assert {asked(FIRST, *people), asked(FIRST, *reversed(people))} == {7}


def test_six_hours_pass_between_asks_for_what_is_grave_too() -> None:
    waits = replace(GRAVE, asked_at=NOON - 6 * HOUR + INSTANT)
    assert whose_turn(waits, NOON, NUMBERS) is Turn.NOBODYS
    assert whose_turn(replace(GRAVE, asked_at=NOON - 6 * HOUR), NOON, NUMBERS) is Turn.LISTENERS_FIRST


def test_just_before_a_week_is_over_somebody_is_still_asked() -> None:
    assert (
        whose_turn(replace(FIRST, begun_at=NOON - 7 * DAY + INSTANT), NOON, NUMBERS) is Turn.MODERATORS_FIRST
    )


def who_gets(*posts: QuietPost, people: tuple[Askable, ...]) -> list[tuple[int, int]]:
    return [(post.post_id, one.person_id) for post, one in share_out(posts, people, NOON, NUMBERS)]


def test_nobody_is_asked_more_often_than_they_have_time_however_many_posts_wait() -> None:
    waiting = [replace(FIRST, post_id=number, author_id=100 + number) for number in range(9)]
    dora, ida = replace(DORA, asked_today=1), replace(DORA, person_id=8, a_day=2)
    assert who_gets(*waiting, people=(dora, ida)) == [(0, 7), (1, 8), (2, 7), (3, 8)]
    assert who_gets(*waiting, people=()) == []


def test_nobody_gets_two_running_of_one_author_within_one_look() -> None:
    assert who_gets(FIRST, replace(FIRST, post_id=2), people=(DORA,)) == [(1, 7)]


def test_distress_comes_first_then_first_posts_what_nobody_was_asked_about_and_what_waited_longest() -> None:
    posts = [
        replace(LATER, post_id=1, author_id=51),
        replace(FIRST, post_id=2, author_id=52, begun_at=NOON - 8 * HOUR, asked_at=NOON - 7 * HOUR),
        replace(FIRST, post_id=3, author_id=53),
        replace(FIRST, post_id=4, author_id=54, begun_at=NOON - 3 * HOUR),
        replace(LATER, post_id=5, author_id=55, is_grave=True),
    ]
    found = who_gets(*posts, people=(replace(CONFIRMED, a_day=10),))
    assert [post for post, _ in found] == [5, 4, 3, 2, 1]


def test_what_was_promised_an_ask_goes_before_what_was_promised_views_however_long_that_waits() -> None:
    views = replace(LATER, post_id=1, author_id=51, begun_at=NOON - 40 * HOUR)
    none = replace(LATER, post_id=2, author_id=52, promised=0)
    assert who_gets(views, none, people=(replace(MO, asked_today=9),)) == [(2, MO.person_id)]
