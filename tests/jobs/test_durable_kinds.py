"""Every kind of durable row through the same five misfortunes: none is lost, none is done twice, none is in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text, update

from fedconnect.foundation import clock, database, durable, fetch
from fedconnect.foundation.durable_kind import Done, Kind, RetryLater
from fedconnect.foundation.errors import LostClaim
from fedconnect.foundation.ids import new_id
from fedconnect.jobs import backfill, delivery, inbox, plugins, submissions, sweep
from fedconnect.jobs.kinds import KINDS
from fedconnect.models.board import Board
from fedconnect.models.clock_mark import ClockMark
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.home_server import HomeServer
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind
from support.forum import Forum
from support.remote import RemotePerson

RUN: dict[str, Callable[[], None]] = {
    "inbox": inbox.run,
    "delivery": delivery.run,
    "submissions": submissions.run,
    "backfill": backfill.run,
    "plugins": plugins.run,
}
TOO_OLD = {
    "inbox": {"body": '{"type": 7}'},
    "submissions": {"fields": "[1"},
    "backfill": {"kind": "errand"},
    "plugins": {"event": '{"post_id": 1, "score": 2}'},
}


@dataclass
class Rows:
    """Rows of one kind, made as those that come in are."""

    kind: Kind[Any]
    forum: Forum
    ana: RemotePerson
    made: int = 0

    def add(self) -> int:
        """Make one row that is due; return its id."""
        self.made += 1
        number, now = new_id(), clock.now()
        with database.transaction() as session:
            match self.kind.name:
                case "inbox":
                    activity = self.ana.create(self.ana.note(f"Row {self.made}", self.forum.board()))
                    actor = self.ana.uri if self.made == 1 else f"{self.ana.uri}{self.made}"
                    session.add(
                        InboundActivity(
                            id=number, actor_uri=actor, activity_uri=f"{activity['id']}/{number}", kind="Create",
                            object_uri="", body=json.dumps(activity | {"actor": actor}), received_at=now, due_at=now,
                        )
                    )  # fmt: skip
                case "delivery":
                    host = self.ana.server.host if self.made == 1 else f"h{self.made}.example"
                    session.add(Instance(host=host))
                    activity_id = new_id()
                    session.add(
                        OutboundActivity(
                            id=activity_id, uri=f"https://forum.example/a/{number}", actor="board:respite",
                            kind="Accept", object_uri=f"o{number}", body='{"type": "Accept"}', created_at=now,
                        )
                    )  # fmt: skip
                    session.flush()
                    session.add(
                        Delivery(
                            id=number, activity_id=activity_id, inbox=f"http://{host}/inbox", host=host,
                            object_uri=f"o{number}", due_at=now, created_at=now,
                        )
                    )  # fmt: skip
                case "submissions":
                    board = session.query(Board).filter_by(slug="respite").one()
                    session.add(
                        Submission(
                            id=number, reader_id=self._reader(session), board_id=board.id, key=str(number),
                            kind=SubmissionKind.START, fields='{"status": "Hello"}', asked_at=now, due_at=now,
                        )
                    )  # fmt: skip
                case "backfill":
                    uri = f"{self.ana.uri}/missing/{number}"
                    session.add(
                        FetchTask(
                            id=number, kind=FetchKind.POST, uri=uri, cause=f"c{number}", asker=f"d{self.made}.example",
                            due_at=now,
                        )
                    )  # fmt: skip
                case "plugins":
                    event = {"post_id": 1, "thread_id": 1, "board_id": 1, "is_starter": True}
                    session.add(
                        PluginEvent(
                            id=number, plugin="letter", hook="post_published", event=json.dumps(event), due_at=now
                        )
                    )  # fmt: skip
        return number

    def _reader(self, session: Any) -> int:
        found = session.query(Reader).first()
        if found is not None:
            return int(found.id)
        home = HomeServer(
            host="home.example", base="https://home.example", software="mastodon", asked_at=clock.now()
        )
        person = Person(
            uri="https://home.example/u", host="home.example", username="u", handle_host="home.example",
            inbox="https://home.example/i", fetched_at=clock.now(),
        )  # fmt: skip
        session.add_all([home, person])
        session.flush()
        reader = Reader(person_id=person.id, home_id=home.id, joined_at=clock.now())
        session.add(reader)
        session.flush()
        return int(reader.id)

    def get(self, number: int) -> Any:
        found = self.forum.rows(self.kind.row, self.kind.row.id == number)
        return found[0] if found else None

    def change(self, number: int, **values: object) -> None:
        """Write straight into the table, as another release might have."""
        names = ", ".join(f"{name} = :{name}" for name in values)
        with database.transaction() as session:
            statement = text(f"UPDATE {self.kind.row.__tablename__} SET {names} WHERE id = :row")
            session.execute(statement, values | {"row": number})

    def free(self) -> None:
        """Let the lease of whoever died end, and what waits be due."""
        past = clock.now() - timedelta(days=1)
        with database.transaction() as session:
            session.execute(update(self.kind.row).values(due_at=past))
            session.execute(
                update(self.kind.row).where(self.kind.row.lease_until.is_not(None)).values(lease_until=past)
            )
            session.execute(update(Instance).values(paused_until=None))


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def rows(request: pytest.FixtureRequest, forum: Forum, ana: RemotePerson) -> Rows:
    return Rows(request.param, forum, ana)


def test_whoever_dies_after_the_claim_leaves_the_row_to_the_next(rows: Rows) -> None:
    number = rows.add()
    assert [one.id for one in durable.claim(rows.kind)] == [number]
    assert durable.claim(rows.kind) == [], "while the lease stands"
    assert not durable.is_due(rows.kind)
    rows.free()
    assert [one.id for one in durable.claim(rows.kind)] == [number]


def test_l7_whoever_lost_the_lease_writes_nothing_over_the_next(rows: Rows) -> None:
    number = rows.add()
    (slow,) = durable.claim(rows.kind)
    rows.free()
    (fast,) = durable.claim(rows.kind)
    durable.settle(rows.kind, slow, Done("too late"))
    assert rows.get(number).token == fast.token
    with pytest.raises(LostClaim):
        durable.renew(rows.kind, slow)
    with pytest.raises(LostClaim), database.transaction() as session:
        durable.save(session, rows.kind, slow, outcome="too late")
    durable.settle(rows.kind, fast, RetryLater("not yet"))
    kept = rows.get(number)
    assert (kept.outcome, kept.token, kept.attempts) == ("not yet", None, 1)


def test_one_that_ends_its_worker_each_time_ends_itself(rows: Rows) -> None:
    number = rows.add()
    for _ in range(rows.kind.most_claims):
        assert durable.claim(rows.kind)
        rows.free()
    assert durable.claim(rows.kind) == []
    kept = rows.get(number)
    assert (kept.state, kept.outcome) == (rows.kind.failed, "claimed too often without an end")
    with database.transaction() as session:
        assert durable.retry(session, rows.kind) == 1
    assert [one.id for one in durable.claim(rows.kind)] == [number], "and is tried again when asked"


def test_what_raises_always_is_put_off_and_keeps_nothing_from_the_others(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    for target in (
        "fedconnect.federation.inbound.preparing.prepare",
        "fedconnect.foundation.fetch.post",
        "fedconnect.accounts.grants.client_for",
        "fedconnect.federation.fetch_budget.charge",
        "fedconnect.hooks.manager.hears",
    ):
        monkeypatch.setattr(target, always)
    numbers = [rows.add(), rows.add()]
    RUN[rows.kind.name]()
    for number in numbers:
        kept = rows.get(number)
        assert kept.attempts == 1, kept.outcome
        assert kept.state in rows.kind.open
        assert kept.due_at > clock.now()
        assert kept.token is None
    rounds = rows.kind.most_attempts if rows.kind.most_attempts < 100 else 3
    for _ in range(rounds - 1):
        rows.free()
        RUN[rows.kind.name]()
    assert {rows.get(number).attempts for number in numbers} == {rounds}
    if rows.kind.most_attempts < 100:
        assert {rows.get(number).state for number in numbers} == {rows.kind.failed}


def test_l6_a_row_of_another_release_fails_alone_and_visibly(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = rows.add(), rows.add()
    if rows.kind.name == "delivery":  # what is stored of it is plain; only who speaks may be gone
        with database.transaction() as session:
            session.execute(update(OutboundActivity).values(actor="poet:respite"))
        delivery.run()
        assert rows.get(bad).state == rows.kind.failed
        assert rows.get(bad).outcome.startswith("not sent")
        return
    rows.change(bad, **TOO_OLD[rows.kind.name])
    assert [one.id for one in durable.claim(rows.kind, limit=10)] == [good]
    with database.read_transaction() as session:
        state, outcome, token = session.execute(
            text(f"SELECT state, outcome, token FROM {rows.kind.row.__tablename__} WHERE id = {bad}")
        ).one()
    assert state == rows.kind.failed
    assert outcome.startswith("cannot be read")
    assert token is None


@pytest.mark.parametrize("hours", [-2, 2])
def test_l2_a_clock_that_is_set_by_two_hours_delays_nothing(rows: Rows, hours: int) -> None:
    """On SQLite the clock is ours; PostgreSQL has its own, so there the rows and the mark are moved instead."""
    sweep.mind_the_clock()
    numbers = [rows.add() for _ in range(3)]
    held, put_off = durable.claim(rows.kind, limit=2)
    durable.settle(rows.kind, put_off, RetryLater("a minute", wait=timedelta(minutes=1)))
    if rows.forum.settings.is_sqlite:
        now = clock.now() + timedelta(hours=hours)
        with time_machine.travel(now):
            sweep.mind_the_clock()
    else:
        with database.transaction() as session:
            for number in numbers:
                row = session.get_one(rows.kind.row, number)
                row.due_at -= timedelta(hours=hours)
                row.lease_until = row.lease_until and row.lease_until - timedelta(hours=hours)
            session.query(ClockMark).one().at -= timedelta(hours=hours)
        now = clock.now()
        sweep.mind_the_clock()
    a_moment = timedelta(seconds=5)
    assert rows.get(held.id).lease_until <= now + rows.kind.lease + a_moment
    assert rows.get(put_off.id).due_at <= now + timedelta(minutes=1) + a_moment
    (untouched,) = set(numbers) - {held.id, put_off.id}
    assert rows.get(untouched).due_at <= now + a_moment


def test_a_lane_is_worked_on_by_one_worker_at_a_time(rows: Rows) -> None:
    if rows.kind.lane is None:
        pytest.skip("rows of this kind know no lanes")
    first, second = rows.add(), rows.add()
    name = rows.kind.lane.key
    rows.change(second, **{name: getattr(rows.get(first), name)})
    assert len(durable.claim(rows.kind)) == 1
    assert durable.claim(rows.kind) == []


def test_all_of_a_batch_is_ended_or_none(rows: Rows) -> None:
    numbers = [rows.add(), rows.add()]
    claims = durable.claim(rows.kind, limit=2)
    assert len(claims) == 2
    rows.change(numbers[1], token="somebody else")
    with pytest.raises(LostClaim), database.transaction() as session:
        durable.end(session, rows.kind, *claims, outcome="both")
    assert rows.get(numbers[0]).token == claims[0].token


def test_the_sweep_rings_for_every_kind(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr("fedconnect.foundation.queue.enqueue_once", rung.append)
    rows.add()
    sweep.run()
    assert rows.kind.name in rung


def test_every_kind_has_a_job_of_its_name() -> None:
    from fedconnect.foundation.queue import JOBS

    assert {kind.name for kind in KINDS} == set(RUN)
    assert set(RUN) <= set(JOBS)


def test_nothing_is_asked_of_others_where_that_is_forbidden() -> None:
    from fedconnect.foundation.errors import NetworkNeeded

    with pytest.raises(NetworkNeeded), fetch.forbidden():
        fetch.get("https://a.example/x")
