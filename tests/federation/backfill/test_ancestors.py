"""Climbing from a waiting answer to something that is here, or to the top of its conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.federation.backfill import ancestors
from fedconnect.federation.backfill.fetch_queue import PATIENCE
from fedconnect.foundation import database
from fedconnect.foundation.durable_kind import Done, RetryLater
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from support.federation_rows import OtherServers, a_received, a_task, actor_document, note_document, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_thread

FAR = "https://far.example/users/fay"
ONE, TWO, TOP = (f"https://far.example/posts/{name}" for name in ("one", "two", "top"))

pytestmark = pytest.mark.usefixtures("unit")


@pytest.fixture(autouse=True)
def far(unit: Unit, others: OtherServers) -> None:
    """A conversation elsewhere: one answers two, two answers top, which answers nothing and names no board."""
    with_keys()
    others.say(FAR, actor_document(FAR))
    others.say(ONE, note_document(ONE, FAR, inReplyTo=TWO))
    others.say(TWO, note_document(TWO, FAR, inReplyTo=TOP))
    others.say(TOP, note_document(TOP, FAR))


def the_task(uri: str = ONE, state: InboundState = InboundState.WAITING, **values: Any) -> FetchTask:
    with database.transaction() as session:
        author = "https://home.example/users/ana"
        waits = a_received(session, author, {"id": "https://home.example/1"}, state=state, waits_for=uri)
        return a_task(session, uri, kind=FetchKind.ANCESTORS, inbound_id=waits.id, **values)


def kept() -> list[str]:
    with database.read_transaction() as session:
        fetched = select(InboundActivity.object_uri).where(InboundActivity.proof == Proof.FETCHED)
        return list(session.scalars(fetched.order_by(InboundActivity.id)))


def asked(others: OtherServers) -> list[str]:
    return [url for _, url in others.asked if "/posts/" in url]


def state_of(task: FetchTask) -> tuple[InboundState, bool]:
    with database.read_transaction() as session:
        row = session.get_one(InboundActivity, task.inbound_id)
        return row.state, row.stands_alone


def end(task: FetchTask) -> Done:
    ended = ancestors.climb(task)
    assert isinstance(ended, Done)
    if ended.then is not None:
        with database.transaction() as session:
            ended.then(session)
    return ended


def test_a_chain_that_leads_to_no_thread_here_is_not_kept_and_the_answer_stands_alone(unit: Unit) -> None:
    task = the_task()
    assert end(task).outcome == "on no board"
    assert kept() == []
    assert state_of(task) == (InboundState.RECEIVED, True)
    assert unit.jobs == ["inbox"]


def test_a_chain_is_kept_from_the_top_down_where_it_reaches_a_post_that_is_here() -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session), uri=TOP)
    task = the_task()
    assert end(task).outcome == "2 posts between"
    assert kept() == [TWO, ONE]
    assert state_of(task) == (InboundState.WAITING, False)


def test_a_beginning_that_names_a_board_is_kept_with_what_follows_it(others: OtherServers) -> None:
    others.say(TOP, note_document(TOP, FAR, cc=[f"{BASE}/boards/respite"]))
    assert end(the_task()).outcome == "3 posts to a beginning"
    assert kept() == [TOP, TWO, ONE]


def test_what_lies_in_our_inbox_unhandled_is_left_to_its_own_road(others: OtherServers) -> None:
    task = the_task()
    with database.transaction() as session:
        a_received(session, FAR, {"id": TWO})
    ended = ancestors.climb(task)
    assert isinstance(ended, RetryLater)
    assert ended.counts is False
    assert asked(others) == [ONE]
    assert kept() == []


def test_what_waits_in_our_inbox_itself_is_passed_over_and_not_fetched(others: OtherServers) -> None:
    task = the_task()
    with database.transaction() as session:
        a_received(session, FAR, {"id": ONE}, state=InboundState.WAITING, waits_for=TWO)
        a_thread(session, a_board(session), uri=TOP)
    end(task)
    assert asked(others) == [TWO]
    assert kept() == [TWO]


def test_an_answer_that_no_longer_waits_makes_us_ask_nobody(others: OtherServers) -> None:
    assert end(the_task(state=InboundState.HANDLED)).outcome == "0 posts between"
    assert others.asked == []


def test_a_circle_ends_and_each_post_in_it_is_asked_for_once(others: OtherServers) -> None:
    others.say(TOP, note_document(TOP, FAR, inReplyTo=ONE))
    assert end(the_task()).outcome == "on no board"
    assert asked(others) == [ONE, TWO, TOP]


def test_a_server_in_trouble_is_tried_again_and_counts_as_silent_within_ten_minutes(
    others: OtherServers,
) -> None:
    """B10."""
    others.fail(TWO, FetchFailed("timeout"))
    waited = PATIENCE
    for attempts in (0, 1):
        later = ancestors.climb(the_task(attempts=attempts))
        assert isinstance(later, RetryLater)
        assert later.wait is not None
        waited += later.wait
    assert timedelta(minutes=4) < waited < timedelta(minutes=9), "ten, with what the tries themselves take"
    task = the_task(attempts=2)
    assert end(task).outcome == "on no board"
    assert state_of(task) == (InboundState.RECEIVED, True)


@pytest.mark.parametrize(
    "document",
    [
        {"id": TWO, "type": "Tombstone"},
        {"id": TWO, "type": "Person"},
        note_document(TWO, "https://evil.example/users/eve"),
    ],
)
def test_what_is_no_post_of_its_own_servers_ends_the_climb(
    others: OtherServers, document: dict[str, Any]
) -> None:
    others.say(TWO, document)
    assert end(the_task()).outcome == "on no board"
    assert kept() == []


def test_only_an_answer_that_still_waits_is_let_go() -> None:
    for task in (the_task(state=InboundState.HANDLED), FetchTask(inbound_id=None), FetchTask(inbound_id=1)):
        with database.transaction() as session:
            ancestors.release(session, task)
    with database.read_transaction() as session:
        rows = session.execute(select(InboundActivity.state, InboundActivity.stands_alone)).all()
    assert rows == [(InboundState.HANDLED, False)]
