"""Listeners in a replay are asked by the product's own rules: the forbidden first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fedconnect.evaluation.listening import Listening, PromptedAnswer
from fedconnect.evaluation.run import Run, nothing_yet
from fedconnect.evaluation.world import World, build_world
from fedconnect.surfacing.parameters import Parameters, in_force
from support.surfacing_rows import a_dataset

SURE = replace(in_force(), evaluation=replace(in_force().evaluation, answers_an_ask=1.0))
NEVER = replace(in_force(), evaluation=replace(in_force().evaluation, answers_an_ask=0.0))


def a_world(*posts: tuple[float, int], listeners: int = 3, readers: int = 5, **values: Any) -> World:
    found = build_world(
        a_dataset(*((at, author, f"word{at}") for at, author in posts), readers=readers, listeners=listeners),
        SURE,
    )
    values = {"answerable": np.ones(len(found.arrival_h), bool), **values}
    return replace(found, zones=np.zeros(readers, int), **values)


def answers(
    world: World, until: float, run: Run | None = None, how: Parameters = SURE
) -> list[PromptedAnswer]:
    return list(
        Listening(world, run or nothing_yet(len(world.arrival_h), np.zeros(0, int)), how, 1).until(until)
    )


def asked(world: World, until: float, how: Parameters = NEVER) -> dict[int, list[float]]:
    """At which hours each listener was asked."""
    going = Listening(world, nothing_yet(len(world.arrival_h), np.zeros(0, int)), how, 1)
    assert list(going.until(until)) == []
    return {one.reader: one.asked_h for one in going._listeners}


def test_nobody_is_asked_where_nobody_listens_or_about_their_own_post_or_what_is_answered() -> None:
    assert answers(a_world((34, 99), listeners=0), 100) == []
    own = a_world((34, 1), listeners=2)
    assert asked(own, 60)[1] == []
    answered = nothing_yet(1, np.zeros(0, int))
    answered.first_answer_h[0] = 0.5
    assert answers(a_world((34, 99)), 100, answered) == []


def test_nobody_answers_at_night_nor_in_less_than_an_hour() -> None:
    found = answers(
        a_world(
            *((24.0 * day + hour, 100 + 24 * day + hour) for day in range(6) for hour in range(0, 24, 5))
        ),
        200,
    )
    assert len(found) > 10
    assert all(7 <= one.at_h % 24 < 23 for one in found)
    assert all(one.at_h >= 24.0 * 0 + 1 for one in found)
    assert [one.at_h for one in found] == sorted(one.at_h for one in found)


def test_who_says_nothing_is_not_asked_twice_the_next_comes_after_six_hours_and_a_moderator_too() -> None:
    hours = asked(a_world((31.0, 99), listeners=3), 190)
    assert all(len(each) == 1 for each in hours.values())
    ((moderator,), *listeners) = hours.values()
    first, second = sorted(one for (one,) in listeners)
    assert first >= 32.0
    assert second - first >= SURE.listening.again_after_hours
    assert moderator == 31.0 + SURE.listening.moderators_unpromised_hours


def test_a_listener_gets_first_posts_and_the_moderator_the_others_once_it_is_late() -> None:
    world = a_world((31.0, 99), first=np.array([False]))
    run = nothing_yet(1, np.zeros(0, int))
    run.floors[:] = 5
    (one,) = answers(world, 120, run)
    assert one.reader == 0
    assert one.at_h - 31.0 >= SURE.listening.moderators_after_hours


def test_nobody_has_more_than_their_cap_a_day() -> None:
    hours = asked(a_world(*((31.0 + number / 10, 100 + number) for number in range(40))), 55)
    moderators, *listeners = map(len, hours.values())
    assert moderators == SURE.listening.most_a_day
    assert set(listeners) == {SURE.listening.a_day}


@pytest.mark.parametrize("zone", [0, 9, -8])
def test_each_listener_is_asked_by_their_own_clock_and_the_moderator_at_any_hour(zone: int) -> None:
    world = replace(a_world((20.0, 99), listeners=2), zones=np.full(5, zone))
    hours = asked(world, 150)
    (when,) = hours[1]
    assert 7 <= (when + zone) % 24 < 23
    assert hours[0] == [20.0 + SURE.listening.moderators_unpromised_hours]


def test_the_moderator_is_asked_at_night_and_answers_by_day() -> None:
    (one,) = answers(replace(a_world((19.0, 99), listeners=1), zones=np.zeros(5, int)), 60)
    assert asked(replace(a_world((19.0, 99), listeners=1), zones=np.zeros(5, int)), 60) == {0: [25.0]}
    assert one.at_h >= 31.0, "asked at one in the night"


def test_it_is_told_when_somebody_was_first_asked_and_where_nobody_answers_no_listener_does() -> None:
    world = a_world((31.0, 99), answerable=np.zeros(1, bool))
    run = nothing_yet(1, np.zeros(0, int))
    assert answers(world, 190, run) == []
    assert run.asked_h.tolist() == [1.0]
