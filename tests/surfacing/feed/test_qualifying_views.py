"""Which showings count for a hearing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.foundation import database
from fedconnect.surfacing.feed.qualifying_views import judge_showings
from fedconnect.surfacing.hearing.impressions import Showing
from support.surfacing_rows import (
    DAY,
    INSTANT,
    NOON,
    a_hearing,
    a_reader_named,
    a_topic,
    a_young_post,
    stop_the_clock,
)
from support.unit import Unit, a_board


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.mark.parametrize(("age", "counts"), [(DAY - INSTANT, False), (DAY, True)])
def test_what_a_new_reader_sees_counts_for_nothing_and_each_is_judged_by_themselves(
    unit: Unit, age: timedelta, counts: bool
) -> None:
    with database.transaction() as session:
        board = a_board(session)
        post = a_young_post(session, board, "sleep", "ana")
        a_hearing(session, post, thresholds="[0.9]")
        cares = a_reader_named(session, "cares", joined_at=NOON - age)
        idle = a_reader_named(session, "idle")
        a_topic(session, cares, "sleep")
    showings = [Showing(reader, post.id, 0, "list") for reader in (cares.id, idle.id, idle.id + 99)]
    assert judge_showings(showings) == ({showings[0]: True} if counts else {}) | {showings[1]: False}
    assert judge_showings([]) == {}
