"""What a board has for its posts in a replay: its own looks, questions and followers of the last week."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from fedconnect.evaluation.board_supplies import BoardSupplies
from fedconnect.evaluation.world import World, build_world
from fedconnect.foundation.ids import new_id
from fedconnect.models.hearing import Impression
from fedconnect.models.reader import ReaderSession
from fedconnect.surfacing.hearing.promise import Supply
from fedconnect.surfacing.hearing.supply import measure_supplies, supply_of
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import (
    NOON,
    a_dataset,
    a_hearing,
    a_local_follow,
    a_reader_named,
    stop_the_clock,
)
from support.unit import a_board, a_thread, add

P = in_force()
WEEK_H = 7 * 24.0


def a_world(follows: list[list[bool]], **values: Any) -> World:
    """Readers who follow some of the boards, and come of themselves hardly ever."""
    found = build_world(a_dataset((0, 99, "bread"), readers=len(follows)), P)
    return replace(found, **{"follows": np.array(follows, bool), "pace": np.zeros(len(follows)), **values})


def supplies_of(follows: list[list[bool]], **values: Any) -> BoardSupplies:
    return BoardSupplies(a_world(follows, **values), np.random.default_rng(1))


@pytest.fixture
def two() -> BoardSupplies:
    """Two boards, each of which one of three readers follows; the third follows both."""
    return supplies_of([[True, False], [False, True], [True, True]])


def test_where_nothing_was_looked_at_asked_or_visited_there_is_nothing(two: BoardSupplies) -> None:
    assert two.of(0, 500) == Supply(None, 0.0, 0)


# Who comes


def test_only_followers_of_a_board_come_to_it(two: BoardSupplies) -> None:
    two.came(0, 100)
    assert (two.of(0, 101).coming, two.of(1, 101).coming) == (1, 0)
    two.came(2, 100)
    assert (two.of(0, 101).coming, two.of(1, 101).coming) == (2, 1)


def test_whoever_was_here_less_than_two_days_ago_comes_and_their_last_visit_counts(
    two: BoardSupplies,
) -> None:
    two.came(0, 100)
    assert two.of(0, 147.9).coming == 1
    assert two.of(0, 148).coming == 0
    two.came(0, 140)
    two.came(0, 141)
    assert two.of(0, 188.9).coming == 1, "one reader, however often they come"
    assert two.of(0, 189).coming == 0


def test_before_the_replay_people_came_as_often_as_in_it() -> None:
    many = [[True]] * 4000
    assert supplies_of(many, pace=np.full(4000, 1e4)).of(0, 0).coming == 4000
    assert supplies_of(many).of(0, 0).coming == 0, "who never visits was not here"
    usual = supplies_of(many, pace=np.ones(4000), visits_a_day=0.5)
    assert usual.of(0, 0).coming / 4000 == pytest.approx(1 - np.exp(-0.5 * 2), abs=0.03)
    assert usual.of(0, 24).coming / 4000 == pytest.approx(1 - np.exp(-0.5 * 1), abs=0.03)
    rare = supplies_of(many, pace=np.full(4000, 0.2), visits_a_day=0.5)
    assert rare.of(0, 0).coming / 4000 == pytest.approx(1 - np.exp(-0.1 * 2), abs=0.03)


def test_the_same_dice_give_the_same_people() -> None:
    world = a_world([[True]] * 200, pace=np.ones(200))
    one, again, other = (BoardSupplies(world, np.random.default_rng(seed)) for seed in (1, 1, 2))
    coming = [[each.of(0, hour).coming for hour in range(0, 200, 5)] for each in (one, again, other)]
    assert coming[0] == coming[1] != coming[2]


# What is looked at


def test_what_is_looked_at_is_not_known_before_a_day_is_over(two: BoardSupplies) -> None:
    for hour in (10, 20, 30):
        two.looked(0, hour)
    assert two.of(0, 33.9).examined_a_day is None
    assert two.of(0, 34).examined_a_day == 3.0
    assert two.of(0, 10 + 48).examined_a_day == 1.5
    assert two.of(1, 34).examined_a_day is None, "nor on a board where nobody looked"


def test_only_looks_of_the_last_week_count_and_they_are_spread_over_their_own_time(
    two: BoardSupplies,
) -> None:
    for hour in (0, 24, 144):
        two.looked(0, hour)
    assert two.of(0, WEEK_H - 0.1).examined_a_day == pytest.approx(3 / (WEEK_H - 0.1) * 24)
    assert two.of(0, WEEK_H).examined_a_day == pytest.approx(2 / 6), "what is a week old is over"
    assert two.of(0, 24 + WEEK_H).examined_a_day == pytest.approx(1 / 2)
    assert two.of(0, 144 + WEEK_H).examined_a_day is None
    for hour in (0, 1, 144):
        two.looked(1, hour)
    assert two.of(1, 1 + WEEK_H).examined_a_day == pytest.approx(1 / (25 / 24)), "and all that is"


def test_after_a_quiet_week_it_is_not_known_again_before_a_day_is_over(two: BoardSupplies) -> None:
    two.looked(0, 0)
    two.looked(0, WEEK_H - 1)
    assert two.of(0, WEEK_H).examined_a_day is None
    assert two.of(0, WEEK_H + 23).examined_a_day == 1.0


# What asks


def test_questions_of_the_last_week_are_a_mean_of_a_day_and_of_a_first_day_they_are_all(
    two: BoardSupplies,
) -> None:
    two.asked(0, 10)
    assert two.of(0, 10).posts_a_day == 1.0, "one that has only just come"
    two.asked(0, 20)
    assert two.of(0, 34).posts_a_day == 2.0
    assert two.of(0, 10 + 96).posts_a_day == 0.5
    assert two.of(0, 10 + WEEK_H).posts_a_day == pytest.approx(1 / ((WEEK_H - 10) / 24))
    assert two.of(0, 20 + WEEK_H).posts_a_day == 0.0
    assert two.of(1, 34).posts_a_day == 0.0, "the questions of one board are no others'"


def test_looks_are_no_questions_and_visits_neither(two: BoardSupplies) -> None:
    two.asked(0, 10)
    two.came(0, 10)
    assert two.of(0, 40) == Supply(None, pytest.approx(1 / 1.25), 1)
    two.looked(1, 10)
    assert two.of(1, 40) == Supply(pytest.approx(1 / 1.25), 0.0, 0)


def test_a_board_promises_by_what_it_has() -> None:
    supplies = supplies_of([[True, True]] * 20 + [[False, True]] * 20, pace=np.full(40, 1e4))
    assert supplies.of(0, 0).promise(10, P.hearing) == 5, "a third of the twenty who come, should fewer do"
    assert supplies.of(1, 0).promise(10, P.hearing) == 10
    for number in range(12):
        supplies.looked(1, float(number))
    supplies.asked(1, 0)
    supplies.asked(1, 12)
    assert supplies.of(1, 23.9).promise(10, P.hearing) == 10, "what is looked at is not known yet"
    assert supplies.of(1, 24) == Supply(12.0, 2.0, 40)
    for _ in range(9):
        supplies.asked(1, 13, over_quota=True)
    assert supplies.of(1, 24) == Supply(12.0, 4.0, 40), "who writes without end takes no more than half"
    supplies.asked(0, 1, over_quota=True)
    assert supplies.of(0, 24).posts_a_day == 0.0


@pytest.mark.parametrize("looks_h", [(30.0, 31.0, 33.0, 100.0, 190.0), (190.0, 199.0), (32.0,), (176.0,), ()])
@pytest.mark.parametrize("asked_h", [(31.0, 32.0, 40.0, 199.0), (200.0,), ()])
def test_a_replay_measures_what_the_product_measures_of_the_same_week(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    looks_h: tuple[float, ...],
    asked_h: tuple[float, ...],
) -> None:
    stop_the_clock(monkeypatch)
    now_h = 200.0
    board, other = a_board(session), a_board(session, "elsewhere")
    replayed = supplies_of([[True], [True], [True], [False]])

    def moment(hour: float) -> datetime:
        return NOON - timedelta(hours=now_h - hour)

    _, seen = a_thread(session, board)
    for hour in looks_h:
        replayed.looked(0, hour)
        add(session, Impression(mark=str(new_id()), post_id=seen.id, board_id=board.id, slot=0, channel="list",
                                is_qualified=False, at=moment(hour)))  # fmt: skip
    for hour in asked_h:
        replayed.asked(0, hour)
        a_hearing(session, a_thread(session, board)[1], begun_at=moment(hour))
    visits = ((199.0, board), (152.0, board), (152.1, board), (199.0, other))
    for number, (visited_h, follows) in enumerate(visits):
        reader = a_reader_named(session, f"r{number}")
        replayed.came(number, visited_h)
        add(session, ReaderSession(token_hash=str(number), reader_id=reader.id, begun_at=moment(visited_h),
                                   seen_at=moment(visited_h)))  # fmt: skip
        a_local_follow(session, reader, follows)
    measured = supply_of(measure_supplies(session), board.id)
    assert replayed.of(0, now_h) == replace(
        measured,
        examined_a_day=None if measured.examined_a_day is None else pytest.approx(measured.examined_a_day),
        posts_a_day=pytest.approx(measured.posts_a_day),
    )
    assert measured.coming == 2
