"""Upkeep: what is forgotten, from which moment on, and that nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import database, queue
from fedconnect.jobs import upkeep
from fedconnect.models.base import Row
from fedconnect.models.fetch_task import FetchBudget, FetchKind, FetchState, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from fedconnect.models.reader import Grant, UnkeptToken
from fedconnect.models.stale_rows import stale
from support.account_rows import a_grant, a_home, a_home_reader, an_app
from support.unit import Unit, add

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=30)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def forget_all(session: Session) -> None:
    """What upkeep forgets, in the transaction of the test."""
    session.flush()
    for one in upkeep._all_stale(NOW):
        if ids := one.some(session, 100):
            one.forget(session, ids)
    session.expire_all()


def left(session: Session, row: type[Row]) -> list[Any]:
    return list(session.execute(select(row.id)).scalars())


def received(session: Session, number: int, before: timedelta, state: InboundState) -> InboundActivity:
    return add(session, InboundActivity(
        id=number, actor_uri="a", activity_uri=str(number), kind="Create", body="words", received_at=NOW - before,
        due_at=NOW, state=state,
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("before", "state", "becomes"),
    [
        (A_WEEK, InboundState.HANDLED, "words"),
        (A_WEEK + A_SECOND, InboundState.HANDLED, ""),
        (A_WEEK + A_SECOND, InboundState.IGNORED, ""),
        (A_WEEK + A_SECOND, InboundState.FAILED, ""),
        (A_MONTH, InboundState.HANDLED, ""),
        (A_MONTH + A_SECOND, InboundState.HANDLED, None),
        (A_MONTH + A_SECOND, InboundState.RECEIVED, "words"),
        (A_MONTH + A_SECOND, InboundState.WAITING, "words"),
    ],
)
def test_words_that_came_in_are_kept_a_week_and_that_they_came_a_month(
    session: Session, before: timedelta, state: InboundState, becomes: str | None
) -> None:
    received(session, 1, before, state)
    forget_all(session)
    assert session.execute(select(InboundActivity.body)).scalar_one_or_none() == becomes


@pytest.mark.parametrize(
    ("before", "state", "stays"),
    [
        (A_WEEK, FetchState.DONE, True),
        (A_WEEK + A_SECOND, FetchState.DONE, False),
        (A_MONTH, FetchState.QUEUED, True),
    ],
)
def test_what_was_fetched_is_noted_for_a_week(
    session: Session, before: timedelta, state: FetchState, stays: bool
) -> None:
    add(session, FetchTask(kind=FetchKind.POST, uri="u", cause="c", due_at=NOW - before, state=state))
    forget_all(session)
    assert bool(left(session, FetchTask)) is stays


@pytest.mark.parametrize(("before", "stays"), [(A_WEEK, True), (A_WEEK + A_SECOND, False)])
def test_purses_and_ended_grants_are_kept_a_week(session: Session, before: timedelta, stays: bool) -> None:
    add(session, FetchBudget(purse="p", since=NOW - before))
    reader = a_home_reader(session)
    live = a_grant(session, reader, given_at=NOW - 9 * A_MONTH).id
    ended = a_grant(session, reader, ended_at=NOW - before).id
    forget_all(session)
    assert bool(left(session, FetchBudget)) is stays
    assert set(left(session, Grant)) == {live, ended} if stays else {live}
    assert live in left(session, Grant)


@pytest.mark.parametrize(("before", "stays"), [(A_WEEK, True), (A_WEEK + A_SECOND, False)])
def test_a_token_that_its_server_never_took_back_is_forgotten_after_a_week(
    session: Session, before: timedelta, stays: bool
) -> None:
    app = an_app(session, a_home(session))
    add(session, UnkeptToken(app_id=app.id, token_sealed="t", ended_at=NOW - before, checked_at=NOW))
    forget_all(session)
    assert bool(left(session, UnkeptToken)) is stays


@pytest.mark.parametrize(
    ("before", "state", "stays"),
    [
        (A_MONTH, PluginEventState.FAILED, True),
        (A_MONTH + A_SECOND, PluginEventState.FAILED, False),
        (2 * A_MONTH, PluginEventState.QUEUED, True),
    ],
)
def test_what_a_plugin_was_not_told_stays_until_it_failed_for_a_month(
    session: Session, before: timedelta, state: PluginEventState, stays: bool
) -> None:
    add(session, PluginEvent(plugin="p", hook="h", event="{}", due_at=NOW - before, state=state))
    forget_all(session)
    assert bool(left(session, PluginEvent)) is stays


@pytest.mark.parametrize(
    ("kind", "before", "states", "stays"),
    [
        ("Accept", A_MONTH, [DeliveryState.DELIVERED], True),
        ("Accept", A_MONTH + A_SECOND, [DeliveryState.DELIVERED, DeliveryState.ABANDONED], False),
        ("Accept", A_MONTH + A_SECOND, [DeliveryState.DELIVERED, DeliveryState.QUEUED], True),
        ("Accept", A_MONTH + A_SECOND, [DeliveryState.RETRYING], True),
        ("Accept", A_MONTH + A_SECOND, [], False),
        ("Announce", 9 * A_MONTH, [DeliveryState.DELIVERED], True),
    ],
)
def test_small_talk_goes_when_everybody_has_heard_it_and_announcements_stay(
    session: Session, kind: str, before: timedelta, states: list[DeliveryState], stays: bool
) -> None:
    made = NOW - before
    said = add(session, OutboundActivity(
        uri="u", actor="board:respite", kind=kind, object_uri="o", body="{}", created_at=made
    ))  # fmt: skip
    for number, state in enumerate(states):
        host = f"h{number}.example"
        add(session, Instance(host=host))
        add(session, Delivery(
            activity_id=said.id, inbox=f"https://{host}/in", host=host, object_uri="o", due_at=made, created_at=made, state=state
        ))  # fmt: skip
    forget_all(session)
    assert bool(left(session, OutboundActivity)) is stays
    assert len(left(session, Delivery)) == (len(states) if stays else 0)


@pytest.mark.parametrize(("rows", "transactions"), [(0, 0), (2, 1), (3, 1), (6, 2), (7, 3)])
def test_it_forgets_a_slice_at_a_time_until_nothing_is_left(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, rows: int, transactions: int
) -> None:
    monkeypatch.setattr(upkeep, "SLICE", 3)
    with database.transaction() as session:
        session.add_all([Instance(host=f"{number}.example", failures=1) for number in range(rows)])
        session.add(Instance(host="stays.example"))
    before = len(unit.events)
    opened: list[int] = []
    database.install(database.installed(), handle=lambda session: opened.append(1))
    upkeep._forget(stale(Instance, Instance.failures == 1))
    assert len(opened) == transactions
    assert len(unit.events) == before
    with database.read_transaction() as session:
        assert session.execute(select(Instance.host)).scalars().all() == ["stays.example"]


def test_a_worker_that_is_to_stop_forgets_no_more(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        session.add(Instance(host="a.example", failures=1))
    monkeypatch.setattr(queue, "stop_requested", lambda: True)
    upkeep._forget(stale(Instance, Instance.failures == 1))
    with database.read_transaction() as session:
        assert len(session.execute(select(Instance.id)).all()) == 1
