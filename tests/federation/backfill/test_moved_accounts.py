"""Accounts that moved without our hearing of it: read anew, at nobody's cost, and passed on where both sides say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import parse_actor
from fedconnect.events import InboxGone
from fedconnect.federation.backfill import fetch_handlers, moved_accounts
from fedconnect.federation.outbound import delivery
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.jobs import followers as followers_job
from fedconnect.models.board import Follow
from fedconnect.models.fetch_task import FetchKind, FetchState, FetchTask
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.wiring import EVENT_HANDLERS
from support.federation_rows import OtherServers, a_delivery, a_follow, actor_document, an_instance, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person

OLD, NEW = "https://home.example/users/ana", "https://new.example/users/ana"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ana(unit: Unit, others: OtherServers) -> None:
    """Somebody who followed a board long ago and moved since; both sides say so."""
    with_keys()
    with database.transaction() as session:
        person = a_person(session, fetched_at=clock.now() - 40 * DAY)
        a_follow(session, a_board(session), person, checked_at=clock.now() - 40 * DAY)
    others.say(OLD, actor_document(OLD, movedTo=NEW))
    others.say(NEW, actor_document(NEW, 3, alsoKnownAs=[OLD]))


def followers() -> list[str]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Person.uri).join(Follow, Follow.person_id == Person.id)))


def tasks() -> list[FetchTask]:
    with database.read_transaction() as session:
        return list(session.scalars(select(FetchTask).order_by(FetchTask.due_at)))


def react(unit: Unit) -> None:
    """Let follow what the table says."""
    with database.transaction() as session:
        for event in unit.events:
            for handler in EVENT_HANDLERS[type(event)]:
                handler(session, event)


def do_all() -> list[str]:
    """Let every task be done now, and return what came of each."""
    with database.transaction() as session:
        for task in session.scalars(select(FetchTask)):
            task.due_at = clock.now()
    while fetch_handlers.run_next():
        pass
    return [task.outcome for task in tasks()]


def others_follow(number: int, host: str = "big.example", **values: Any) -> None:
    with database.transaction() as session:
        board = a_board(session, "benefits")
        for one in range(number):
            person = a_person(session, f"p{one}", host, fetched_at=clock.now() - 50 * DAY, **values)
            a_follow(session, board, person, checked_at=clock.now() - 50 * DAY)


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        (actor_document(NEW, 3), "does not confirm"),
        (actor_document(NEW, 3, alsoKnownAs=["https://home.example/users/ben"]), "does not confirm"),
        (actor_document(NEW, 3, alsoKnownAs=[OLD], movedTo="https://third.example/users/ana"), "does not confirm"),
        (actor_document("https://new.example/users/eve", 3, alsoKnownAs=[OLD]), "another"),
    ],
)  # fmt: skip
def test_s24_nothing_goes_to_an_account_that_does_not_name_the_old_one(
    others: OtherServers, new: dict[str, Any], outcome: str
) -> None:
    others.say(NEW, new)
    moved_accounts.queue_followers_due()
    assert outcome in do_all()[0]
    assert followers() == [OLD]


def test_nothing_moves_to_a_blocked_server_or_to_us(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "new.example", policy=Policy.BLOCKED)
    moved_accounts.queue_followers_due()
    do_all()
    assert ("GET", NEW) not in others.asked
    assert followers() == [OLD]


def test_an_actor_that_names_an_address_of_ours_has_not_moved(others: OtherServers) -> None:
    others.say(OLD, actor_document(OLD, movedTo=f"{BASE}/boards/respite"))
    moved_accounts.queue_followers_due()
    assert do_all() == ["read"]
    assert others.asked == [("GET", OLD)]


def test_a_follower_whose_move_we_never_heard_of_is_found_within_the_month_and_goes_on_hearing() -> None:
    assert moved_accounts.queue_followers_due() == 1
    assert do_all() == ["moved"]
    assert followers() == [NEW]
    assert moved_accounts.queue_followers_due() == 0


def test_whoever_stayed_is_read_and_left_as_they_are(others: OtherServers) -> None:
    others.say(OLD, actor_document(OLD, name="Ana anew"))
    moved_accounts.queue_followers_due()
    assert do_all() == ["read"]
    with database.read_transaction() as session:
        person = session.scalars(select(Person)).one()
    assert (person.name, person.moved_to) == ("Ana anew", None)


@pytest.mark.parametrize(
    "values", [{"fetched_at": clock.now() - 29 * DAY}, {"checked": clock.now() - 29 * DAY}]
)
def test_whoever_was_read_or_checked_within_a_month_is_not_asked_for(values: dict[str, Any]) -> None:
    with database.transaction() as session:
        if "fetched_at" in values:
            session.scalars(select(Person)).one().fetched_at = values["fetched_at"]
        else:
            session.scalars(select(Follow)).one().checked_at = values["checked"]
    assert moved_accounts.queue_followers_due() == 0
    assert tasks() == []


def test_one_that_does_not_answer_waits_a_month_again_and_holds_nobody_up(others: OtherServers) -> None:
    others.say(OLD, b"", 410)
    moved_accounts.queue_followers_due()
    assert "410" in do_all()[0]
    assert moved_accounts.queue_followers_due() == 0
    assert followers() == [OLD]


def test_no_server_is_asked_for_more_than_twenty_an_hour_and_the_others_come_in_between() -> None:
    others_follow(30)
    assert moved_accounts.queue_followers_due() == 21
    found = tasks()
    assert [task.asker for task in found].count("big.example") == 20
    assert OLD in {task.uri for task in found}
    assert found[-1].due_at - found[0].due_at > timedelta(minutes=45)
    assert moved_accounts.queue_followers_due() == 0, "what was too much comes tomorrow"


def test_somebody_who_follows_two_boards_is_read_once() -> None:
    with database.transaction() as session:
        person = session.scalars(select(Person)).one()
        a_follow(session, a_board(session, "sleep"), person, checked_at=clock.now() - 40 * DAY)
    assert moved_accounts.queue_followers_due() == 1
    assert do_all() == ["moved"]
    assert followers() == [NEW, NEW]


def test_an_inbox_that_is_gone_makes_us_read_its_followers_actor_anew(
    unit: Unit, others: OtherServers
) -> None:
    inbox = f"{OLD}/inbox"
    with database.transaction() as session:
        an_instance(session, "home.example")
        a_delivery(session, inbox=inbox)
        a_delivery(session, inbox=inbox, object_uri="https://forum.example/2")
    others.say(inbox, b"", 410)
    delivery.drain("home.example")
    react(unit)
    assert [(task.kind, task.uri) for task in tasks()] == [(FetchKind.ACTOR, OLD)], "once a day"
    assert do_all() == ["moved"]
    assert followers() == [NEW]


def test_a_shared_inbox_that_is_gone_and_an_inbox_of_nobody_here_make_us_ask_nobody(unit: Unit) -> None:
    with database.transaction() as session:
        a_person(session, "ben")
        for inbox in ("https://home.example/inbox", "https://home.example/users/ben/inbox"):
            moved_accounts.read_whose_inbox_is_gone(session, InboxGone("home.example", inbox))
    assert tasks() == []


def test_a_move_that_an_actor_names_whenever_it_is_read_is_followed(unit: Unit) -> None:
    """As after an Update, or when somebody writes a day after they were read last."""
    for _ in range(2):
        with database.transaction() as session:
            remote_actors.remember(session, parse_actor(actor_document(OLD, movedTo=NEW)))
    react(unit)
    assert do_all() == ["moved"]
    assert followers() == [NEW]


def test_a_stranger_who_moved_is_nobodys_concern(unit: Unit) -> None:
    other = "https://home.example/users/ben"
    with database.transaction() as session:
        remote_actors.remember(session, parse_actor(actor_document(other, movedTo=NEW)))
    react(unit)
    assert tasks() == []


def test_a_server_that_is_down_is_asked_again_later(others: OtherServers) -> None:
    others.fail(OLD, FetchFailed("timeout"))
    moved_accounts.queue_followers_due()
    do_all()
    assert tasks()[0].state is FetchState.QUEUED


def test_the_timetable_means_them_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedconnect.foundation.queue.clear", lambda job: None)
    followers_job.run()
    assert len(tasks()) == 1
