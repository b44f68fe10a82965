"""Whom to ask, where several conditions meet: what is grave, who is kept away, who goes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.surfacing.hearing.asking import Askable, QuietPost, Turn, choose, may_be_asked, whose_turn
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON

NUMBERS = in_force().listening
FIRST = QuietPost(1, author_id=50, begun_at=NOON - 2 * HOUR, is_first=True, promised=5)
GRAVE = replace(FIRST, is_grave=True)
DORA = Askable(7, Hours(0, 23, "UTC"), a_day=3, met_at=NOON - 30 * DAY, may_have_all=False)
MO = Askable(9, Hours(0, 23, "UTC"), a_day=10, met_at=NOON - 90 * DAY, may_have_all=True, is_moderator=True)


def asked(post: QuietPost, *people: Askable) -> int | None:
    one = choose(post, people, NOON, NUMBERS)
    return one.person_id if one is not None else None


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
    assert asked(GRAVE, replace(MO, last_author_id=50)) is None


def test_where_an_author_is_not_known_nobody_counts_as_having_had_them_before() -> None:
    assert asked(replace(FIRST, author_id=None), DORA) == DORA.person_id


def test_the_order_in_which_people_are_found_changes_nothing() -> None:
    people = [DORA, replace(DORA, person_id=8), replace(DORA, person_id=6, asked_at=NOON - DAY)]
    assert {asked(FIRST, *people), asked(FIRST, *reversed(people))} == {7}


def test_six_hours_pass_between_asks_for_moderators_and_for_what_is_grave_too() -> None:
    for post in (GRAVE, replace(FIRST, begun_at=NOON - 40 * HOUR)):
        waits = replace(post, asked_at=NOON - 6 * HOUR + INSTANT)
        assert whose_turn(waits, NOON, NUMBERS) is Turn.NOBODYS
        assert whose_turn(replace(post, asked_at=NOON - 6 * HOUR), NOON, NUMBERS) is Turn.MODERATORS


def test_just_before_a_week_is_over_somebody_is_still_asked() -> None:
    assert whose_turn(replace(FIRST, begun_at=NOON - 7 * DAY + INSTANT), NOON, NUMBERS) is Turn.MODERATORS
