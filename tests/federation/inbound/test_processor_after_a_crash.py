"""The durable road: claims are fenced, poison is put aside, and a crash has no second effect."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.inbound import preparing, processor
from fedconnect.federation.inbound.preparing import Prepared
from fedconnect.federation.inbound.received import Batch, Received
from fedconnect.foundation import database
from fedconnect.jobs import inbox as inbox_job
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemotePerson


def accept(forum: Forum, person: RemotePerson, *activities: object) -> None:
    for activity in activities:
        assert forum.post(person, activity).status_code == 202


def expire_leases() -> None:
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))


def test_r03_a_row_whose_worker_was_killed_is_done_by_another_once(forum: Forum, ana: RemotePerson) -> None:
    accept(forum, ana, ana.create(ana.note("Hello", forum.board())))
    lost = processor.claim()  # this worker dies here
    assert len(lost) == 1
    assert processor.claim() == []
    expire_leases()
    forum.work()
    assert forum.titles() == ["Hello"]
    processor.process(lost)  # or it was only slow: its claim no longer stands
    assert len(forum.rows(Thread, Thread.pinned.is_(False))) == 1
    (row,) = forum.rows(InboundActivity)
    assert row.state == "handled"


def test_a_slow_worker_whose_claim_was_taken_changes_nothing(forum: Forum, ana: RemotePerson) -> None:
    accept(forum, ana, ana.create(ana.note("Hello", forum.board())))
    slow = processor.claim()
    expire_leases()
    (fast,) = [processor.claim()]
    processor.process(slow)
    assert forum.titles() == []
    processor.process(fast)
    assert forum.titles() == ["Hello"]


def test_rows_of_one_actor_are_not_claimed_by_two_workers(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    accept(forum, ana, ana.create(ana.note("One", forum.board())))
    first = processor.claim()
    accept(forum, ana, ana.create(ana.note("Two", forum.board())))
    accept(forum, ben, ben.create(ben.note("Three", forum.board())))
    assert {one.item.activity.actor for one in processor.claim()} == {ben.uri}
    processor.process(first)
    forum.work()


def test_r13_a_poisonous_activity_is_put_aside_and_holds_up_nobody(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poison(*_: object) -> None:
        raise ZeroDivisionError

    poisoned = {**ACTIVITIES, "Like": replace(ACTIVITIES["Like"], apply=poison)}
    monkeypatch.setattr(processor, "ACTIVITIES", poisoned)
    accept(forum, ana, ana.activity("Like", forum.board()))
    accept(forum, ben, ben.create(ben.note("Good", forum.board())))
    for _ in range(6):
        forum.work()
        with database.transaction() as session:
            session.execute(update(InboundActivity).values(due_at=datetime.now(UTC) - timedelta(days=1)))
    states = {row.kind: (row.state, row.attempts) for row in forum.rows(InboundActivity)}
    assert states["Like"] == ("failed", 5)
    assert forum.titles() == ["Good"]


def test_r13_an_activity_that_ends_its_worker_each_time_is_given_up(forum: Forum, ana: RemotePerson) -> None:
    accept(forum, ana, ana.create(ana.note("Hello", forum.board())))
    for _ in range(9):
        processor.claim()
        expire_leases()
    assert [row.state for row in forum.rows(InboundActivity)] == ["failed"]


def test_r05_many_workers_at_once_have_one_effect_each(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("Question", forum.board())
    accept(forum, ana, ana.create(question))
    for number in range(40):
        accept(forum, ben, ben.create(ben.note(f"Answer {number}", forum.board(), inReplyTo=question["id"])))
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        inbox_job.run()

    crew = [threading.Thread(target=work) for _ in range(8)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(due_at=datetime.now(UTC) - timedelta(days=1)))
    forum.work()
    (thread,) = forum.rows(Thread, Thread.title == "Question")
    assert thread.reply_count == 40
    assert {row.state for row in forum.rows(InboundActivity)} == {"handled"}


def test_a_post_that_answers_something_elsewhere_begins_a_thread_of_its_own(
    forum: Forum, ana: RemotePerson
) -> None:
    elsewhere = ana.note("Not for any board")
    ana.server.documents[elsewhere["id"].removeprefix(ana.server.base)] = {
        "@context": "https://www.w3.org/ns/activitystreams", **elsewhere,
    }  # fmt: skip
    accept(forum, ana, ana.create(ana.note("What do you think?", forum.board(), inReplyTo=elsewhere["id"])))
    forum.work()
    forum.hurry()
    forum.run_backfill()
    assert forum.titles() == ["What do you think?"]


def test_what_waited_two_weeks_in_vain_is_ignored(forum: Forum, ana: RemotePerson) -> None:
    accept(forum, ana, ana.activity("Like", ana.uri + "/statuses/unknown"))
    forum.work()
    with database.transaction() as session:
        old = datetime.now(UTC) - timedelta(days=15)
        session.execute(update(InboundActivity).values(received_at=old, due_at=old))
    forum.work()
    assert [row.state for row in forum.rows(InboundActivity)] == ["ignored"]


def test_no_request_leaves_while_a_transaction_is_open(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.foundation import fetch

    with database.transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch.get(ana.uri)
    with database.read_transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch.get(ana.uri)


def test_bodies_are_forgotten_after_a_week_and_rows_after_a_month(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.jobs import upkeep

    """What was handled has no body left; what waits for a moderator is passed on once it is released."""
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    assert [row.body for row in forum.rows(InboundActivity)] == [""]
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(body="{}"))
    for days, expected in ((6, True), (8, False)):
        with database.transaction() as session:
            when = datetime.now(UTC) - timedelta(days=days)
            session.execute(update(InboundActivity).values(received_at=when))
        upkeep.run()
        (row,) = forum.rows(InboundActivity)
        assert bool(row.body) is expected
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(received_at=datetime.now(UTC) - timedelta(days=31)))
    upkeep.run()
    assert forum.rows(InboundActivity) == []
    assert forum.titles() == ["Hello"]


def test_r07_a_database_that_does_not_answer_for_a_moment_loses_no_activity(
    forum: Forum, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedconnect.activitypub import remote_actors
    from fedconnect.foundation.errors import Busy

    accept(forum, ana, ana.create(ana.note("Hello", forum.board())))
    working = remote_actors.ensure_person

    def busy(uri: str) -> None:
        raise Busy("database: locked")

    monkeypatch.setattr(remote_actors, "ensure_person", busy)
    forum.work()
    monkeypatch.setattr(remote_actors, "ensure_person", working)
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(due_at=datetime.now(UTC) - timedelta(days=1)))
    forum.work()
    assert forum.titles() == ["Hello"]


@pytest.mark.parametrize("as_an_edit", [False, True])
@pytest.mark.parametrize("names_the_board", [True, False])
def test_an_answer_whose_question_comes_while_it_is_prepared_is_there_at_once(
    forum: Forum,
    ana: RemotePerson,
    ben: RemotePerson,
    monkeypatch: pytest.MonkeyPatch,
    *,
    names_the_board: bool,
    as_an_edit: bool,
) -> None:
    for person in (ana, ben):
        forum.tell(person, person.create(person.note("Hello", forum.board())))
    question = ana.note("A question", forum.board())
    named = [forum.board()] if names_the_board else []
    note = ben.note("An answer", *named, inReplyTo=question["id"])
    accept(forum, ben, ben.update(note, "Then:") if as_an_edit else ben.create(note))
    answer = processor.claim()
    accept(forum, ana, ana.create(question))
    prepare = preparing.prepare

    def prepare_while_another_worker_publishes(received: Received, together: Batch) -> Prepared:
        prepared = prepare(received, together)
        monkeypatch.setattr(preparing, "prepare", prepare)
        processor.process(processor.claim())
        return prepared

    monkeypatch.setattr(preparing, "prepare", prepare_while_another_worker_publishes)
    processor.process(answer)
    forum.work()
    assert "An answer" in forum.get(forum.thread_path("A question")).get_data(as_text=True)


def test_what_waits_for_the_first_time_is_looked_at_soon_however_long_it_lay_here(
    forum: Forum, ben: RemotePerson
) -> None:
    accept(forum, ben, ben.create(ben.note("An answer", inReplyTo="https://h.invalid/unknown")))
    rests = []
    for _ in range(2):
        now = datetime.now(UTC)
        with database.transaction() as session:
            session.execute(
                update(InboundActivity).values(
                    received_at=now - timedelta(hours=1), due_at=now - timedelta(seconds=1)
                )
            )
        forum.work()
        (row,) = forum.rows(InboundActivity)
        rests.append(row.due_at - now)
    assert rests[0] < timedelta(seconds=10)
    assert timedelta(minutes=59) < rests[1] < timedelta(minutes=61)
