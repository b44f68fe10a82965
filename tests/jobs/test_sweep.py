"""The sweep: rings for what was left waiting and for nothing else, and minds a clock that was put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from fedconnect.foundation import clock, database, queue
from fedconnect.jobs import hearings, sweep
from fedconnect.models.clock_mark import ClockMark
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.instance import Instance
from fedconnect.surfacing.hearing import lifecycle
from support.surfacing_rows import a_hearing
from support.unit import Unit, a_board, a_thread, add

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(queue, "enqueue_once", found.append)
    monkeypatch.setattr(queue, "clear", lambda job: None)
    return found


def a_task(due_at: datetime) -> None:
    with database.transaction() as session:
        add(session, FetchTask(kind=FetchKind.POST, uri="https://a.example/1", cause="c", due_at=due_at))


def test_where_nothing_waits_nobody_is_woken(unit: Unit, rung: list[str]) -> None:
    a_task(NOW + timedelta(seconds=1))
    sweep.run()
    assert rung == []


@pytest.mark.parametrize(
    ("away", "later"),
    [
        (timedelta(minutes=10), timedelta(0)),
        (timedelta(minutes=10, seconds=1), timedelta(minutes=10, seconds=1)),
        (timedelta(hours=50), timedelta(hours=50)),
        (timedelta(days=3650), timedelta(days=7)),
    ],
)
def test_hearings_have_the_time_that_an_outage_took(
    unit: Unit, rung: list[str], away: timedelta, later: timedelta
) -> None:
    with database.transaction() as session:
        posts = {state: a_thread(session, a_board(session, state.name.lower()))[1] for state in HearingState}
        begun = NOW - timedelta(days=20)
        ends = {
            state: a_hearing(session, post, state, begun_at=begun).ends_at for state, post in posts.items()
        }
        add(session, ClockMark(at=NOW - away))
    sweep.run()
    with database.read_transaction() as session:
        moved = {
            one.state: one.ends_at - ends[one.state] for one in session.execute(select(Hearing)).scalars()
        }
    running = {HearingState.WAITING, HearingState.OPEN}
    assert moved == {state: later if state in running else timedelta(0) for state in HearingState}


@pytest.mark.parametrize(
    ("begun_ago", "thresholds", "later"),
    [(timedelta(hours=3), "[0.3]", timedelta(hours=3)), (timedelta(hours=3), "[]", timedelta(0))],
)
def test_a_post_that_came_in_an_outage_has_back_what_it_lost_and_no_more(
    unit: Unit, rung: list[str], begun_ago: timedelta, thresholds: str, later: timedelta
) -> None:
    with database.transaction() as session:
        _, post = a_thread(session, a_board(session))
        one = a_hearing(session, post, HearingState.WAITING, begun_at=NOW - begun_ago, thresholds=thresholds)
        ends_at = one.ends_at
        add(session, ClockMark(at=NOW - timedelta(hours=50)))
    sweep.run()
    with database.read_transaction() as session:
        assert session.execute(select(Hearing.ends_at)).scalar_one() - ends_at == later


def test_no_hearing_ends_before_an_outage_is_given_back(unit: Unit, rung: list[str]) -> None:
    with database.transaction() as session:
        _, post = a_thread(session, a_board(session))
        a_hearing(session, post, begun_at=NOW - timedelta(hours=50), ends_at=NOW - timedelta(hours=2))
        add(session, ClockMark(at=NOW - timedelta(hours=10)))
    hearings.run()
    with database.read_transaction() as session:
        assert session.execute(select(Hearing.state)).scalar_one() is HearingState.OPEN


def test_what_is_due_wakes_its_own_job_alone(unit: Unit, rung: list[str]) -> None:
    a_task(NOW)
    sweep.run()
    assert rung == ["backfill"]


@pytest.mark.parametrize("is_due", [True, False])
def test_hearings_are_woken_when_one_is_due(
    unit: Unit, rung: list[str], monkeypatch: pytest.MonkeyPatch, is_due: bool
) -> None:
    monkeypatch.setattr(lifecycle, "is_due", lambda: is_due)
    sweep.run()
    assert rung == ["hearings"] * is_due


def marked() -> datetime:
    with database.read_transaction() as session:
        return session.execute(select(ClockMark.at)).scalar_one()


def test_the_first_look_only_leaves_a_mark(unit: Unit) -> None:
    a_task(NOW + timedelta(hours=3))
    sweep.mind_the_clock()
    assert marked() == NOW
    assert due() == NOW + timedelta(hours=3)


def due() -> datetime:
    with database.read_transaction() as session:
        return session.execute(select(FetchTask.due_at)).scalar_one()


@pytest.mark.parametrize(
    ("mark_s", "marked_then_s", "due_then_s"),
    [
        (-60, -60, 7200),  # a minute: not even written
        (-61, 0, 7200),  # written anew, and nothing moves
        (30, 30, 7200),  # half a minute back is a correction
        (31, 0, 7169),
        (7200, 0, 0),
        (9000, 0, 0),
    ],
)
def test_a_clock_that_was_put_back_moves_what_waits_with_it(
    unit: Unit, mark_s: int, marked_then_s: int, due_then_s: int
) -> None:
    a_task(NOW + timedelta(hours=2))
    with database.transaction() as session:
        session.add(ClockMark(at=NOW + timedelta(seconds=mark_s)))
    sweep.mind_the_clock()
    assert marked() == NOW + timedelta(seconds=marked_then_s)
    assert due() == NOW + timedelta(seconds=due_then_s)


def test_a_pause_does_not_outlast_a_clock_that_was_put_back(unit: Unit) -> None:
    with database.transaction() as session:
        session.add(ClockMark(at=NOW + timedelta(hours=1)))
        session.add(Instance(host="a.example", paused_until=NOW + timedelta(minutes=5)))
        session.add(Instance(host="b.example", paused_until=NOW - timedelta(minutes=5)))
        session.add(Instance(host="c.example"))
    sweep.mind_the_clock()
    with database.read_transaction() as session:
        paused = list(session.execute(select(Instance.paused_until).order_by(Instance.host)).scalars())
    assert paused == [NOW, NOW - timedelta(minutes=5), None]
    assert clock.now() == NOW
