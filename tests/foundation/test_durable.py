"""The engine of durable rows: what is taken, by whom, for how long, and how it ends; to the second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fedconnect.foundation import database, durable
from fedconnect.foundation.durable_kind import Backoff, Claim, Done, Failed, Kind, RetryLater
from fedconnect.foundation.errors import FetchFailed, LostClaim, Malformed
from fedconnect.models.inbound import InboundActivity, InboundState
from support.unit import Unit

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as found:
        yield found


def kind(**changes: Any) -> Kind[str]:
    """A kind of rows that are received activities, but for what a test wants otherwise."""
    known: dict[str, Any] = {
        "name": "inbox", "row": InboundActivity, "open": (InboundState.RECEIVED, InboundState.WAITING),
        "failed": InboundState.FAILED, "decode": lambda row: row.body, "backoff": Backoff((60, 120), 600), "lease": LEASE,
        "most_attempts": 3, "done": InboundState.HANDLED,
    }  # fmt: skip
    return Kind(**{**known, **changes})


PLAIN = kind()
LANED = kind(lane=InboundActivity.actor_uri)


def add(number: int, **values: Any) -> int:
    known = {
        "id": number, "actor_uri": f"a{number}", "activity_uri": f"u{number}", "kind": "Create", "body": f"b{number}",
        "received_at": NOW, "due_at": NOW,
    }  # fmt: skip
    with database.transaction() as session:
        session.add(InboundActivity(**{**known, **values}))
    return number


def row(number: int = 1) -> InboundActivity:
    with database.read_transaction() as session:
        return session.get_one(InboundActivity, number)


def taken(*arguments: Any, **options: Any) -> list[int]:
    return [one.id for one in durable.claim(*arguments, limit=options.pop("limit", 10), **options)]


def claimed(which: Kind[str] = PLAIN, **values: Any) -> Claim[str]:
    """A row that this worker holds."""
    add(1, **values)
    (found,) = durable.claim(which)
    return found


@pytest.mark.parametrize("values", [
    {"due_at": NOW + A_SECOND}, {"lease_until": NOW + A_SECOND, "token": "t"}, {"state": InboundState.HANDLED},
    {"state": InboundState.FAILED},
])  # fmt: skip
def test_what_is_not_due_or_held_or_ended_is_nobodys_to_take(unit: Unit, values: dict[str, Any]) -> None:
    add(1, **values)
    assert not durable.is_due(PLAIN)
    assert taken(PLAIN) == []


@pytest.mark.parametrize("values", [
    {}, {"due_at": NOW - A_SECOND}, {"lease_until": NOW, "token": "t"}, {"state": InboundState.WAITING},
])  # fmt: skip
def test_what_is_due_this_very_moment_is_taken(unit: Unit, values: dict[str, Any]) -> None:
    add(1, **values)
    assert durable.is_due(PLAIN)
    assert taken(PLAIN) == [1]
    assert row().lease_until == NOW + LEASE
    assert row().claims == 1


def test_the_longest_due_are_taken_first_and_no_more_than_asked_for(unit: Unit) -> None:
    for number, before_s in ((1, 1), (2, 3), (3, 2)):
        add(number, due_at=NOW - timedelta(seconds=before_s))
    assert taken(PLAIN, limit=2) == [2, 3]
    assert taken(PLAIN) == [1]


def test_an_order_of_ones_own_goes_before_and_is_kept(unit: Unit) -> None:
    for number in (1, 2, 3):
        add(number, due_at=NOW - timedelta(seconds=number))
    assert taken(PLAIN, limit=2, order=[InboundActivity.actor_uri.desc()]) == [3, 2]


def test_a_condition_leaves_the_others_where_they_are(unit: Unit) -> None:
    add(1)
    add(2)
    assert taken(PLAIN, InboundActivity.actor_uri == "a2") == [2]
    assert row(1).token is None


def test_a_lane_that_somebody_holds_is_left_alone_while_the_lease_stands(
    unit: Unit, clock: time_machine.Coordinates
) -> None:
    add(1, actor_uri="ana")
    assert taken(LANED, limit=1) == [1]
    add(2, actor_uri="ana")
    add(3, actor_uri="ben")
    assert taken(LANED) == [3]
    clock.shift(60)
    assert taken(LANED, InboundActivity.actor_uri == "ana") == [1, 2]


def test_a_row_that_ended_holds_no_lane(unit: Unit) -> None:
    add(1, actor_uri="ana", state=InboundState.FAILED, lease_until=NOW + LEASE)
    add(2, actor_uri="ana")
    assert taken(LANED) == [2]


def test_a_row_that_cannot_be_read_fails_alone(unit: Unit) -> None:
    def decode(one: InboundActivity) -> str:
        return {"b2": "two"}[one.body]

    add(1)
    add(2)
    assert [one.item for one in durable.claim(kind(decode=decode), limit=5)] == ["two"]
    assert (row(1).state, row(1).token, row(1).lease_until) == (InboundState.FAILED, None, None)
    assert row(1).outcome == "cannot be read: KeyError: 'b1'"


def test_a_word_of_another_release_fails_its_row_alone(unit: Unit) -> None:
    add(1)
    add(2)
    with database.transaction() as session:
        session.execute(text("UPDATE inbound_activity SET proof = 'telepathy' WHERE id = 1"))
    assert taken(PLAIN) == [2]
    with database.read_transaction() as session:
        found = session.execute(text("SELECT state, outcome FROM inbound_activity WHERE id = 1")).one()
    assert found[0] == "failed"
    assert found[1].startswith("cannot be read: 'telepathy'")


def test_what_ends_its_worker_each_time_is_given_up_with_the_ninth_claim(unit: Unit) -> None:
    given_up: list[str] = []
    deadly = kind(given_up=lambda session, item: given_up.append(item))
    add(1, claims=7)
    assert taken(deadly) == [1]
    with database.transaction() as session:
        session.get_one(InboundActivity, 1).lease_until = None
    assert given_up == []
    assert taken(deadly) == []
    assert (row().state, given_up) == (InboundState.FAILED, ["b1"])


def test_an_end_forgives_the_claims_before_it(unit: Unit) -> None:
    durable.settle(PLAIN, claimed(claims=5), RetryLater("later"))
    assert (row().claims, row().token, row().lease_until) == (0, None, None)


def test_rows_are_loaded_together_before_they_are_read(unit: Unit) -> None:
    seen: list[int] = []
    add(1)
    add(2)
    taken(kind(load=lambda session, rows: seen.append(len(rows))))
    assert seen == [2]
    taken(kind(load=lambda session, rows: seen.append(len(rows))))
    assert seen == [2], "nothing is loaded for nobody"


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [(0, 1, InboundState.RECEIVED), (1, 2, InboundState.RECEIVED), (2, 3, InboundState.FAILED)],
)
def test_the_last_failure_of_so_many_is_for_good(
    unit: Unit, before: int, after: int, state: InboundState
) -> None:
    given_up: list[str] = []
    failing = kind(given_up=lambda session, item: given_up.append(item))
    durable.settle(failing, claimed(failing, attempts=before), RetryLater("no answer"))
    assert (row().attempts, row().state, row().outcome) == (after, state, "no answer")
    assert given_up == ["b1"] * (state is InboundState.FAILED)


@pytest.mark.parametrize(("attempts", "rest_s"), [(0, 60), (1, 120), (2, 600), (9, 600)])
def test_a_row_rests_longer_after_each_failure(unit: Unit, attempts: int, rest_s: int) -> None:
    patient = kind(most_attempts=99)
    durable.settle(patient, claimed(patient, attempts=attempts), RetryLater("no answer"))
    assert row().due_at == NOW + timedelta(seconds=rest_s)


@pytest.mark.parametrize(
    ("later", "due_at"),
    [
        (RetryLater("x", counts=False), NOW + timedelta(seconds=600)),
        (RetryLater("x", wait=timedelta(seconds=5), counts=False), NOW + timedelta(seconds=5)),
        (RetryLater("x", wait=timedelta(0), counts=False), NOW),
    ],
)
def test_what_does_not_count_is_never_the_last_failure(
    unit: Unit, later: RetryLater, due_at: datetime
) -> None:
    durable.settle(PLAIN, claimed(attempts=5), later)
    assert (row().attempts, row().state, row().due_at) == (5, InboundState.RECEIVED, due_at)


def test_a_first_step_aside_that_names_no_time_rests_as_after_a_failure(unit: Unit) -> None:
    durable.settle(PLAIN, claimed(), RetryLater("x", counts=False))
    assert (row().attempts, row().due_at) == (0, NOW + timedelta(seconds=60))


@pytest.mark.parametrize(("counts", "state"), [(True, InboundState.WAITING), (False, InboundState.RECEIVED)])
def test_only_a_failure_changes_the_state_of_what_is_tried_again(
    unit: Unit, counts: bool, state: InboundState
) -> None:
    retrying = kind(retrying=InboundState.WAITING)
    durable.settle(retrying, claimed(retrying), RetryLater("x", counts=counts))
    assert row().state is state


def test_whoever_lost_the_claim_changes_nothing(unit: Unit) -> None:
    slow = claimed()
    with database.transaction() as session:
        session.get_one(InboundActivity, 1).token = "somebody else"
    followed: list[Session] = []
    for ended in (Done("done", then=followed.append), RetryLater("later"), Failed("bad")):
        durable.settle(PLAIN, slow, ended)
    assert (row().token, row().state, row().outcome) == ("somebody else", InboundState.RECEIVED, "")
    assert followed == []
    with pytest.raises(LostClaim), database.transaction() as session:
        durable.remove(session, PLAIN, slow)
    with pytest.raises(LostClaim):
        durable.renew(PLAIN, slow)
    assert row().lease_until == NOW + LEASE


def test_a_lease_begins_anew_while_it_is_held(unit: Unit, clock: time_machine.Coordinates) -> None:
    held = claimed()
    clock.shift(30)
    durable.renew(PLAIN, held)
    assert row().lease_until == NOW + timedelta(seconds=90)
    assert row().token == held.token


def test_what_is_noted_on_the_way_keeps_the_claim_and_is_cut(unit: Unit) -> None:
    held = claimed()
    with database.transaction() as session:
        durable.save(session, PLAIN, held, outcome="x" * 201)
    assert (row().token, row().claims, len(row().outcome)) == (held.token, 1, 200)


def test_what_is_done_stays_in_its_last_state_or_goes(unit: Unit) -> None:
    durable.settle(PLAIN, claimed(), Done("said"))
    assert (row().state, row().outcome, row().token) == (InboundState.HANDLED, "said", None)
    gone = kind(done=None)
    add(2)
    durable.settle(gone, durable.claim(gone)[0], Done("said"))
    with database.read_transaction() as session:
        assert session.execute(select(InboundActivity.id)).scalars().all() == [1]


def test_what_follows_is_undone_with_the_end_it_belongs_to(unit: Unit) -> None:
    def refuse(session: Session) -> None:
        raise Malformed("not that")

    held = claimed()
    durable.settle(PLAIN, held, Done("said", then=refuse))
    assert (row().state, row().token) == (InboundState.RECEIVED, held.token)


@pytest.mark.parametrize(
    ("error", "state", "outcome"),
    [
        (FetchFailed("no answer"), InboundState.RECEIVED, "no answer"),
        (FetchFailed("gone", retryable=False), InboundState.FAILED, "gone"),
        (Malformed(), InboundState.FAILED, "Malformed"),
        (ZeroDivisionError(), InboundState.RECEIVED, "unforeseen: ZeroDivisionError"),
        (LostClaim("taken over"), InboundState.RECEIVED, ""),
    ],
)
def test_how_the_work_failed_says_whether_it_is_tried_again(
    unit: Unit, error: Exception, state: InboundState, outcome: str
) -> None:
    def fail(one: Claim[str]) -> Done:
        assert not database.is_open(), "no transaction is open while it works"
        raise error

    durable.work(PLAIN, claimed(), fail)
    assert (row().state, row().outcome) == (state, outcome)
    assert (row().token is None) is not isinstance(error, LostClaim)


def test_only_what_failed_is_tried_again_and_a_worker_is_woken_for_it(unit: Unit) -> None:
    add(1, state=InboundState.FAILED, attempts=3, claims=9, due_at=NOW - LEASE)
    add(2, state=InboundState.FAILED)
    add(3, state=InboundState.HANDLED)
    with database.transaction() as session:
        assert durable.retry(session, PLAIN, [1, 3]) == 1
    assert (row(1).state, row(1).attempts, row(1).claims, row(1).due_at) == (InboundState.RECEIVED, 0, 0, NOW)
    assert (row(2).state, row(3).state) == (InboundState.FAILED, InboundState.HANDLED)
    assert unit.jobs == ["inbox"]
    with database.transaction() as session:
        assert durable.retry(session, kind(reopened=InboundState.WAITING)) == 1
    assert row(2).state is InboundState.WAITING


def test_nobody_is_woken_where_nothing_failed(unit: Unit) -> None:
    add(1)
    with database.transaction() as session:
        assert durable.retry(session, PLAIN) == 0
    assert unit.jobs == []


@pytest.mark.parametrize(
    ("due_s", "lease_s", "due_then_s", "lease_then_s"),
    [
        (7260, None, 60, None),  # would have been due in a minute
        (60, None, 0, None),  # not before now
        (-5, 7205, -5, 5),  # what is due already stays as it was
        (7200, 30, 0, 0),
    ],
)
def test_a_clock_that_was_put_back_by_two_hours_delays_nothing(
    unit: Unit, due_s: int, lease_s: int | None, due_then_s: int, lease_then_s: int | None
) -> None:
    at = [
        None if s is None else NOW + timedelta(seconds=s) for s in (due_s, lease_s, due_then_s, lease_then_s)
    ]
    add(1, due_at=at[0], lease_until=at[1])
    with database.transaction() as session:
        assert durable.turn_back(session, PLAIN, timedelta(hours=2)) == 1
    assert (row().due_at, row().lease_until) == (at[2], at[3])


def test_what_has_ended_or_is_due_is_not_turned_back(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_SLICE", 2)
    later = NOW + timedelta(hours=3)
    for number in range(1, 6):
        add(number, due_at=later)
    add(6)
    add(7, due_at=later, state=InboundState.FAILED)
    with database.transaction() as session:
        assert durable.turn_back(session, PLAIN, timedelta(hours=2)) == 5
    assert {row(number).due_at for number in range(1, 6)} == {NOW + timedelta(hours=1)}
    assert (row(6).due_at, row(7).due_at) == (NOW, later)


def unreadable(row: InboundActivity) -> str:
    if row.body.startswith("bad"):
        raise ValueError("no such hook")
    return row.body


def test_rows_that_cannot_be_taken_cost_none_of_those_behind_them_their_turn(unit: Unit) -> None:
    for number in (1, 2):
        add(number, body="bad", due_at=NOW - timedelta(seconds=9 - number))
    add(3, claims=PLAIN.most_claims, due_at=NOW - timedelta(seconds=2))
    add(4, due_at=NOW - A_SECOND)
    add(5)
    add(6)
    assert taken(kind(decode=unreadable), limit=1) == [4]
    assert [row(number).state for number in (1, 2, 3)] == [InboundState.FAILED] * 3
    assert [row(number).claims for number in (5, 6)] == [0, 0]
    assert taken(kind(decode=unreadable), limit=2) == [5, 6]


def test_a_row_with_a_word_of_another_release_costs_none_behind_it_its_turn(unit: Unit) -> None:
    add(1, due_at=NOW - A_SECOND)
    add(2)
    with database.transaction() as session:
        session.execute(text("UPDATE inbound_activity SET proof = 'unheard-of' WHERE id = 1"))
    assert taken(PLAIN, limit=1) == [2]


def test_a_worker_takes_in_one_transaction_no_more_unreadable_rows_than_it_may(unit: Unit) -> None:
    for number in range(1, 53):
        add(number, body="bad")
    assert taken(kind(decode=unreadable), limit=1) == []
    left = 51
    assert row(left - 1).state is InboundState.FAILED
    assert row(left).state is InboundState.RECEIVED


@pytest.mark.parametrize(
    ("until", "state"), [(NOW, InboundState.RECEIVED), (NOW - A_SECOND, InboundState.FAILED)]
)
def test_after_its_time_a_row_is_not_tried_again_however_few_its_attempts(
    unit: Unit, until: datetime, state: InboundState
) -> None:
    durable.settle(PLAIN, claimed(), RetryLater("no answer", until=until))
    assert (row().state, row().attempts, row().token) == (state, 1, None)
