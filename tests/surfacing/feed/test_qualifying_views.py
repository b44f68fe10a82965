"""Which showings count for a hearing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.foundation import database
from fedconnect.models.person import Person
from fedconnect.models.reader import ReaderSession
from fedconnect.models.reader_state import ReadMarker
from fedconnect.surfacing.feed.qualifying_views import judge_showings
from fedconnect.surfacing.hearing.impressions import Showing
from support.surfacing_rows import (
    DAY,
    HOUR,
    INSTANT,
    NOON,
    a_hearing,
    a_reader_named,
    a_topic,
    a_young_post,
    stop_the_clock,
)
from support.unit import Unit, a_board, a_thread, add


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


@pytest.mark.parametrize(
    ("board_age", "opened", "born", "counts"),
    [
        (14 * DAY - INSTANT, (), None, True),
        (14 * DAY, (), None, False),
        (14 * DAY, (DAY,), None, False),
        (14 * DAY, (DAY, DAY + HOUR), None, False),
        (14 * DAY, (DAY, 2 * DAY), None, True),
        (14 * DAY, (), 30 * DAY - INSTANT, False),
        (14 * DAY, (), 30 * DAY, True),
    ],
)  # fmt: skip
def test_on_a_board_that_is_not_new_only_who_came_back_or_is_old_at_home_counts(
    unit: Unit, board_age: timedelta, opened: tuple[timedelta, ...], born: timedelta | None, counts: bool
) -> None:
    with database.transaction() as session:
        board = a_board(session, created_at=NOON - board_age)
        post = a_young_post(session, board, "sleep", "ana")
        a_hearing(session, post, thresholds="[0.9]")
        cares = a_reader_named(session, "cares")
        a_topic(session, cares, "sleep")
        if born is not None:
            session.get_one(Person, cares.person_id).born_at = NOON - born
        for number, ago in enumerate(opened):
            thread, _ = a_thread(session, a_board(session, f"b{number}"))
            add(session, ReadMarker(reader_id=cares.id, thread_id=thread.id, at=NOON - ago))
    showing = Showing(cares.id, post.id, 0, "list")
    assert judge_showings([showing]) == {showing: counts}, "it is seen in any case"


@pytest.mark.parametrize(("seen_ago", "counts"), [(DAY, False), (timedelta(0), True)])
def test_who_comes_back_and_only_reads_on_their_page_is_known_by_their_session(
    unit: Unit, seen_ago: timedelta, counts: bool
) -> None:
    with database.transaction() as session:
        post = a_young_post(session, a_board(session, created_at=NOON - 20 * DAY), "sleep", "ana")
        a_hearing(session, post, thresholds="[0.9]")
        cares = a_reader_named(session, "cares")
        a_topic(session, cares, "sleep")
        add(
            session,
            ReaderSession(token_hash="t", reader_id=cares.id, begun_at=NOON - DAY, seen_at=NOON - seen_ago),
        )
    showing = Showing(cares.id, post.id, 0, "list")
    assert judge_showings([showing]) == {showing: counts}
