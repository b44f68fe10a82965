"""Fetch tasks: what is meant, within whose share, and when nobody needs to look because it comes by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.federation.backfill import fetch_queue
from fedconnect.foundation import clock, database
from fedconnect.models.fetch_task import FetchKind, FetchState, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState
from support.federation_rows import a_follow, a_received, a_task, an_activity
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_thread

ANA = "https://home.example/users/ana"
PARENT, REPLY = "https://far.example/posts/1", "https://home.example/posts/2"


def meant(session: Session, kind: FetchKind | None = None) -> list[FetchTask]:
    found = select(FetchTask).order_by(FetchTask.id)
    return list(session.scalars(found.where(FetchTask.kind == kind) if kind else found))


def waiting(session: Session, uri: str, waits_for: str | None, **values: Any) -> InboundActivity:
    """A post in our inbox that waits for what it answers."""
    author = uri.rsplit("/", 2)[0] + "/users/x"
    return a_received(
        session, author, {"id": uri}, **{"state": InboundState.WAITING, "waits_for": waits_for, **values}
    )


def looks(session: Session, parent: str, reply: InboundActivity) -> bool:
    """Whether a reply may go on waiting for its parent."""
    return fetch_queue.fetch_ancestors(session, parent, reply.id, asker="a.home.example")


def test_a_fetch_is_meant_once_for_each_cause_and_rings(unit: Unit) -> None:
    with database.transaction() as session:
        assert fetch_queue.fetch_post(
            session, PARENT, cause="x", asker="a.home.example:8443", for_board="respite"
        )
        assert not fetch_queue.fetch_post(session, PARENT, cause="x", asker="other.example")
        assert fetch_queue.fetch_post(session, PARENT, cause="y", asker="other.example")
        first, second = meant(session)
    assert (first.kind, first.asker, first.for_board, first.state) == (
        FetchKind.POST,
        "home.example",
        "respite",
        FetchState.QUEUED,
    )
    assert second.cause == "y"
    assert unit.jobs == ["backfill"]


def test_what_is_meant_for_later_does_not_ring(unit: Unit) -> None:
    with database.transaction() as session:
        fetch_queue.revisit(session, PARENT, "")
        fetch_queue.fetch_replies(session, PARENT, (PARENT + "/replies",), asker="home.example")
    assert unit.jobs == []


@pytest.mark.parametrize(
    ("due_in", "state", "counts"),
    [
        (60, FetchState.QUEUED, True),
        (70, FetchState.QUEUED, False),
        (0, FetchState.DONE, False),
        (0, FetchState.FAILED, False),
    ],
)
def test_one_domain_makes_us_want_so_many_things_at_once_and_no_more(
    session: Session, monkeypatch: pytest.MonkeyPatch, due_in: int, state: FetchState, counts: bool
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 2)
    due = clock.now() + timedelta(seconds=due_in)
    a_task(session, asker="home.example", due_at=due, state=state)
    assert fetch_queue.fetch_post(session, PARENT, cause="x", asker="home.example")
    assert fetch_queue.fetch_post(session, PARENT, cause="y", asker="sub.home.example") is not counts
    assert fetch_queue.fetch_post(session, PARENT, cause="z", asker="other.example")


def test_the_last_places_are_kept_for_servers_from_which_somebody_follows(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_FOR_STRANGERS", 1)
    monkeypatch.setattr(fetch_queue, "MOST_DUE", 3)
    a_follow(session, a_board(session), a_person(session))
    a_task(session)
    assert not fetch_queue.fetch_post(session, PARENT, cause="x", asker="stranger.example")
    assert fetch_queue.fetch_post(session, PARENT, cause="x", asker="home.example")
    assert fetch_queue.fetch_post(session, PARENT, cause="y", asker="sub.home.example")
    assert not fetch_queue.fetch_post(session, PARENT, cause="z", asker="home.example")


def test_a_reply_whose_parent_nobody_sends_is_looked_for_after_a_minute(session: Session) -> None:
    reply = waiting(session, REPLY, PARENT)
    assert looks(session, PARENT, reply)
    (task,) = meant(session)
    assert (task.kind, task.inbound_id, task.cause) == (FetchKind.ANCESTORS, reply.id, f"inbound:{reply.id}")
    assert timedelta(seconds=50) < task.due_at - clock.now() <= fetch_queue.PATIENCE
    assert looks(session, PARENT, reply)
    assert len(meant(session)) == 1


def test_nobody_looks_on_our_own_server_or_for_what_lies_in_the_inbox(session: Session) -> None:
    reply = waiting(session, REPLY, PARENT)
    assert looks(session, f"{BASE}/boards/respite/notes/1", reply)
    waiting(session, PARENT, None, state=InboundState.RECEIVED)
    assert looks(session, PARENT, reply)
    assert meant(session) == []


def test_what_answers_a_waiting_post_waits_with_it_where_that_one_is_looked_for(session: Session) -> None:
    top = "https://top.example/posts/0"
    parent, reply = waiting(session, PARENT, top), waiting(session, REPLY, PARENT)
    looks(session, top, parent)
    assert looks(session, PARENT, reply)
    assert [task.uri for task in meant(session)] == [top]


def test_what_answers_a_post_that_is_here_and_out_of_sight_waits_with_it(session: Session) -> None:
    _, hidden = a_thread(session, a_board(session), uri="https://top.example/posts/0")
    reply = waiting(session, REPLY, PARENT)
    waiting(session, PARENT, hidden.uri)
    assert looks(session, PARENT, reply)
    assert meant(session) == []
    hidden.visibility = Visibility.LOCAL_ONLY  # of which nobody outside may know
    session.flush()
    assert looks(session, PARENT, reply)
    assert len(meant(session)) == 1


def test_posts_that_wait_for_each_other_are_looked_for(session: Session) -> None:
    reply = waiting(session, REPLY, PARENT)
    waiting(session, PARENT, REPLY)
    assert looks(session, PARENT, reply)
    assert len(meant(session)) == 1


def test_where_too_much_is_wanted_a_reply_need_not_wait(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    assert not looks(session, PARENT, waiting(session, REPLY, PARENT))


@pytest.mark.parametrize("number", range(len(fetch_queue.LOOKS)))
def test_a_thread_is_looked_through_four_times_within_its_first_day(session: Session, number: int) -> None:
    fetch_queue.fetch_replies(session, PARENT, (PARENT + "/replies",), asker="home.example")
    (first,) = meant(session)
    fetch_queue.look_once_more(session, first.uri, first.cause, number, "home.example")
    following = meant(session)[1:]
    if number == 3:
        assert following == []
        return
    (task,) = following
    assert task.round == number + 1
    assert task.cause == first.cause.removesuffix(":0") + f":{number + 1}"
    wait = fetch_queue.LOOKS[number + 1] - fetch_queue.LOOKS[number]
    assert abs(task.due_at - clock.now() - wait) < timedelta(minutes=1)


@pytest.mark.parametrize(("number", "days"), [(0, 1), (1, 6), (2, 23), (3, 60), (4, None)])
def test_a_copy_is_looked_at_again_four_times_within_ninety_days(
    session: Session, number: int, days: int | None
) -> None:
    fetch_queue.revisit(session, PARENT, "https://lemmy.example/c/x", number=number)
    found = meant(session)
    assert len(found) == (days is not None)
    if days is not None:
        (task,) = found
        assert (task.asker, task.round, task.linked_group_uri) == (
            "far.example",
            number,
            "https://lemmy.example/c/x",
        )
        assert abs(task.due_at - clock.now() - timedelta(days=days)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("obj", "is_meant"),
    [
        ("https://far.example/unknown", False),
        ({"id": "https://far.example/unknown", "inReplyTo": "https://far.example/unknown/2"}, False),
        (f"{BASE}/boards/respite", False),
        ([], False),
        ("https://far.example/known", True),
        ({"id": "https://far.example/unknown", "inReplyTo": "https://far.example/known"}, True),
    ],
)
def test_what_is_forwarded_is_asked_for_only_where_it_concerns_a_thread_here(
    unit: Unit, obj: object, is_meant: bool
) -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session), uri="https://far.example/known")
    fetch_queue.note_forwarded(an_activity("Create", ANA, obj), "forwarder.example")
    with database.read_transaction() as session:
        found = meant(session)
    assert [task.asker for task in found] == (["forwarder.example"] if is_meant else [])


def test_what_one_server_forwards_within_an_hour_is_one_cause(unit: Unit) -> None:
    with database.transaction() as session:
        board = a_board(session)
        for number in range(2):
            a_thread(session, board, uri=f"https://far.example/{number}")
    for number, host in ((0, "one.example"), (1, "one.example"), (0, "two.example")):
        fetch_queue.note_forwarded(an_activity("Delete", ANA, f"https://far.example/{number}"), host)
    with database.read_transaction() as session:
        causes = [task.cause for task in meant(session)]
    assert len(causes) == 3
    assert len({cause[:50] for cause in causes}) == 2
