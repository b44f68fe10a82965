"""Fetch tasks done: a post new, changed or gone; a collection walked; and what is meant next, however it ended."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.federation.backfill import fetch_handlers
from fedconnect.federation.backfill.fetch_handlers import FETCH_TASKS
from fedconnect.federation.fetch_budget import MOST_PER_KEY
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.board import LinkedGroupState
from fedconnect.models.fetch_task import FetchBudget, FetchKind, FetchState, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.post import Post, PostState
from support.activity_rows import link
from support.federation_rows import (
    OtherServers,
    a_received,
    a_task,
    actor_document,
    an_instance,
    note_document,
    with_keys,
)
from support.forum import BASE
from support.forum_rows import a_group
from support.unit import Unit, a_board, a_thread, add

FAY, POST = "https://far.example/users/fay", "https://far.example/posts/1"
REPLIES = "https://far.example/posts/1/replies"


@pytest.fixture(autouse=True)
def far(unit: Unit, others: OtherServers) -> None:
    with_keys()
    others.say(FAY, actor_document(FAY))
    others.say(POST, note_document(POST, FAY))


def run(kind: FetchKind = FetchKind.POST, uri: str = POST, **values: Any) -> FetchTask:
    """Let one task be done, and return its row."""
    with database.transaction() as session:
        number = a_task(session, uri, **{"kind": kind, "cause": "cause", **values}).id
    assert fetch_handlers.run_next()
    with database.read_transaction() as session:
        return session.get_one(FetchTask, number)


def every(row: type[Any], *conditions: Any) -> list[Any]:
    with database.read_transaction() as session:
        return list(session.scalars(select(row).where(*conditions).order_by(row.id)))


def next_ones(kind: FetchKind) -> list[FetchTask]:
    """What is meant to be done later."""
    return every(FetchTask, FetchTask.kind == kind, FetchTask.state == FetchState.QUEUED)


def end_of(task: FetchTask) -> tuple[FetchState, str]:
    return task.state, task.outcome


def a_page(
    uri: str, *items: object, following: object = None, kind: str = "CollectionPage"
) -> dict[str, Any]:
    return {"id": uri, "type": kind, "items": list(items), "next": following}


def asked(others: OtherServers) -> list[str]:
    return [url for _, url in others.asked]


def test_where_nothing_is_due_nothing_is_done(others: OtherServers) -> None:
    assert not fetch_handlers.run_next()
    with database.transaction() as session:
        a_task(session, POST, due_at=clock.now() + fetch_handlers.FETCH_TASKS.lease)
        a_task(session, POST, state=FetchState.DONE)
    assert not fetch_handlers.run_next()
    assert others.asked == []


def test_a_blocked_server_is_asked_for_nothing_and_it_is_not_tried_again(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "far.example", policy=Policy.BLOCKED)
    for kind, uri in ((FetchKind.POST, POST), (FetchKind.REPLIES, REPLIES), (FetchKind.FOLLOWERS, REPLIES)):
        assert end_of(run(kind, uri)) == (FetchState.DONE, "a blocked instance")
    assert others.asked == []


def test_a_post_is_kept_as_its_origin_tells_it_and_once(others: OtherServers) -> None:
    given = {"for_board": "respite", "linked_group_uri": "https://group.example/users/crafts"}
    assert end_of(run(**given)) == (FetchState.DONE, "kept")
    (kept,) = every(InboundActivity)
    assert (kept.object_uri, kept.actor_uri, kept.proof, kept.for_board, kept.cause) == (
        POST, FAY, Proof.FETCHED, "respite", "cause"
    )  # fmt: skip
    assert end_of(run(cause="another")) == (FetchState.DONE, "known")
    assert len(every(InboundActivity)) == 1
    assert next_ones(FetchKind.REVISIT) == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_post_that_its_origin_no_longer_has_goes_from_here_and_is_not_looked_at_again(
    others: OtherServers, status: int
) -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session), uri=POST)
    others.say(POST, b"", status)
    assert end_of(run(FetchKind.REVISIT)) == (FetchState.DONE, "gone from here too")
    assert [post.state for post in every(Post)] == [PostState.DELETED]
    assert next_ones(FetchKind.REVISIT) == []


def test_a_tombstone_is_the_end_of_a_post_and_of_nothing_else(others: OtherServers) -> None:
    with database.transaction() as session:
        board = a_board(session)
        for uri in (POST, POST + "/2"):
            a_thread(session, board, uri=uri)
    others.say(POST, {"id": POST, "type": "Tombstone"})
    assert run().outcome == "gone from here too"
    assert [post.state for post in every(Post)] == [PostState.DELETED, PostState.VISIBLE]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((b"", 500), FetchState.QUEUED),
        ((b"", 503), FetchState.QUEUED),
        ((b"", 401), FetchState.DONE),
        ((b"", 403), FetchState.DONE),
        ((b"no JSON", 200), FetchState.DONE),
        (({"id": POST, "type": "Person"}, 200), FetchState.DONE),
        (([], 200), FetchState.DONE),
    ],
)
def test_a_server_that_is_away_or_says_no_takes_nothing_away(
    others: OtherServers, answer: tuple[object, int], state: FetchState
) -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session), uri=POST)
    others.say(POST, *answer)
    task = run()
    assert (task.state, task.attempts) == (state, 1 if state is FetchState.QUEUED else 0)
    assert task.outcome != ""
    assert [post.state for post in every(Post)] == [PostState.VISIBLE]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_copy_is_looked_at_again_whether_it_changed_or_its_server_said_no(
    others: OtherServers, number: int
) -> None:
    sister = "https://group.example/users/crafts"
    for cause, answer in (("kept", (note_document(POST, FAY), 200)), ("refused", (b"", 403))):
        others.say(POST, *answer)
        run(FetchKind.REVISIT, cause=cause, round=number, linked_group_uri=sister)
    following = [(task.uri, task.round, task.linked_group_uri) for task in next_ones(FetchKind.REVISIT)]
    assert following == ([(POST, number + 1, sister)] if number < 3 else [])


def test_a_server_that_is_away_five_times_is_given_up_and_looked_at_again_later(others: OtherServers) -> None:
    others.fail(POST, FetchFailed("timeout"))
    assert end_of(run(FetchKind.REVISIT, attempts=3)) == (FetchState.QUEUED, "timeout")
    assert [task.round for task in next_ones(FetchKind.REVISIT)] == [0]
    assert end_of(run(FetchKind.REVISIT, cause="another", attempts=4, asker="other.example")) == (
        FetchState.FAILED, "timeout"
    )  # fmt: skip
    assert [task.round for task in next_ones(FetchKind.REVISIT)] == [0, 1]


@pytest.mark.parametrize(("attempts", "is_free"), [(3, False), (4, True)])
def test_an_answer_whose_ancestors_are_given_up_goes_on_without_them(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch, attempts: int, is_free: bool
) -> None:
    def away(task: FetchTask) -> Any:
        raise FetchFailed("timeout")

    monkeypatch.setitem(fetch_handlers._RUN, FetchKind.ANCESTORS, away)
    with database.transaction() as session:
        waits = a_received(session, FAY, {"id": POST}, state=InboundState.WAITING, waits_for=POST + "/0")
    run(FetchKind.ANCESTORS, POST + "/0", inbound_id=waits.id, attempts=attempts)
    assert [row.stands_alone for row in every(InboundActivity)] == [is_free]


def test_replies_that_are_not_here_are_meant_to_be_fetched_and_ours_are_not(others: OtherServers) -> None:
    with database.transaction() as session:
        a_thread(session, a_board(session), uri=POST + "/known")
    items = [
        POST + "/known",
        {"id": POST + "/new"},
        f"{BASE}/boards/respite/notes/1",
        "https://else.example/1",
        7,
        None,
    ]
    others.say(REPLIES, a_page(REPLIES, *items, POST + "/new", kind="Collection"))
    task = run(FetchKind.REPLIES, REPLIES, cause="look:x:0", asker="asks.example")
    assert end_of(task) == (FetchState.DONE, "4 replies found")
    fetched = [(one.uri, one.cause, one.asker) for one in next_ones(FetchKind.POST)]
    assert fetched == [(uri, "look:x:0", "asks.example") for uri in (POST + "/new", "https://else.example/1")]


def test_of_a_crowd_of_replies_as_many_are_fetched_as_one_cause_may(others: OtherServers) -> None:
    others.say(REPLIES, a_page(REPLIES, *(f"{POST}/{number}" for number in range(600))))
    assert run(FetchKind.REPLIES, REPLIES).outcome == "500 replies found"
    assert [one.uri for one in next_ones(FetchKind.POST)] == [
        f"{POST}/{number}" for number in range(MOST_PER_KEY)
    ]


def test_five_pages_are_walked_and_each_is_paid_for(others: OtherServers) -> None:
    for number in range(7):
        page = f"{REPLIES}/{number}"
        others.say(page, a_page(page, f"{POST}/{number}", following=f"{REPLIES}/{number + 1}"))
    assert run(FetchKind.REPLIES, f"{REPLIES}/0").outcome == "5 replies found"
    assert asked(others) == [f"{REPLIES}/{number}" for number in range(5)]
    paid = {budget.purse: budget.fetches for budget in every(FetchBudget)}
    assert paid["cause:cause"] == 5


def test_a_first_page_that_is_embedded_costs_nothing_more(others: OtherServers) -> None:
    first = a_page(REPLIES + "?page=1", POST + "/1", following=REPLIES + "?page=2")
    others.say(REPLIES, {"id": REPLIES, "type": "Collection", "first": first})
    others.say(REPLIES + "?page=2", a_page(REPLIES + "?page=2", POST + "/2"))
    assert run(FetchKind.REPLIES, REPLIES).outcome == "2 replies found"
    assert asked(others) == [REPLIES, REPLIES + "?page=2"]


@pytest.mark.parametrize(
    "following", ["https://else.example/page", "http://far.example/page", "gopher://x", 7, []]
)
def test_a_page_on_another_server_is_not_asked_for(others: OtherServers, following: object) -> None:
    others.say("https://else.example/page", a_page("https://else.example/page", POST + "/9"))
    others.say(REPLIES, a_page(REPLIES, POST + "/1", following=following))
    assert run(FetchKind.REPLIES, REPLIES).outcome == "1 replies found"
    assert asked(others) == [REPLIES]


def test_pages_in_a_circle_end(others: OtherServers) -> None:
    others.say(REPLIES, a_page(REPLIES, POST + "/1", following=REPLIES))
    assert run(FetchKind.REPLIES, REPLIES).outcome == "1 replies found"
    assert len(others.asked) <= 5


def test_a_cause_that_has_had_its_twenty_fetches_nothing_more(others: OtherServers) -> None:
    with database.transaction() as session:
        add(session, FetchBudget(purse="cause:cause", fetches=MOST_PER_KEY, since=clock.now()))
    assert run().state is FetchState.DONE
    assert run(FetchKind.REPLIES, REPLIES).state is FetchState.DONE
    assert others.asked == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((a_page(REPLIES), 200), "0 replies found"),
        ((b"", 404), "status 404"),
        (({"id": REPLIES}, 200), "not a collection"),
    ],
)
def test_the_next_look_for_replies_is_meant_however_this_one_ended(
    others: OtherServers, answer: tuple[object, int], outcome: str
) -> None:
    others.say(REPLIES, *answer)
    task = run(FetchKind.REPLIES, REPLIES, cause="look:x:1", round=1, asker="asks.example")
    assert end_of(task) == (FetchState.DONE, outcome)
    (again,) = next_ones(FetchKind.REPLIES)
    assert (again.uri, again.cause, again.round, again.asker) == (REPLIES, "look:x:2", 2, "asks.example")


def test_a_groups_followers_are_compared_and_paid_for(others: OtherServers) -> None:
    with database.transaction() as session:
        group = a_group(session)
        tie = link(session, a_board(session), group)
    url = "https://group.example/followers"
    others.say(url, a_page(url, kind="Collection"))
    task = run(FetchKind.FOLLOWERS, url, linked_group_uri=group.uri)
    assert end_of(task) == (FetchState.DONE, "1 asked again, 0 undone")
    assert [row.state for row in every(type(tie))] == [LinkedGroupState.ASKED]
    assert {budget.purse for budget in every(FetchBudget)} >= {"cause:cause"}


def test_all_that_one_task_asks_of_others_ends_within_its_lease(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []
    real = fetch.time_limit

    def limited(seconds: float) -> Any:
        limits.append(seconds)
        return real(seconds)

    monkeypatch.setattr(fetch, "time_limit", limited)
    run()
    assert limits
    assert max(limits) * 2 < FETCH_TASKS.lease.total_seconds()
