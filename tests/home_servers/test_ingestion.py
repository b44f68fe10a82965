"""A post that a reader wrote at home, taken in at once: theirs by its own word, from its own server, and one row."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.federation.inbound import processor
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.home_servers import ingestion
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.post import Arrival, Post
from support.federation_rows import (
    OtherServers,
    a_received,
    actor_document,
    an_instance,
    note_document,
    with_keys,
)
from support.unit import Unit, a_board

ANA, BEN = "https://home.example/users/ana", "https://home.example/users/ben"
NOTE, BOARD = "https://home.example/posts/9", "https://forum.example/boards/respite"


def note(uri: str = NOTE, author: str = ANA, **fields: Any) -> dict[str, Any]:
    """A note to the board, as Ana's server has it."""
    return note_document(
        uri, author, **{"cc": [BOARD], "tag": [{"type": "Mention", "href": BOARD}], **fields}
    )


@pytest.fixture
def world(unit: Unit, others: OtherServers) -> OtherServers:
    with database.transaction() as session:
        a_board(session)
    with_keys()
    for uri in (ANA, BEN):
        others.say(uri, actor_document(uri))
    return others


def kept() -> list[InboundActivity]:
    with database.read_transaction() as session:
        return list(session.scalars(select(InboundActivity).order_by(InboundActivity.id)))


def posts() -> list[Post]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Post)))


@pytest.mark.parametrize(
    ("uri", "document"),
    [
        (NOTE, note(author=BEN)),
        (NOTE, note(author="https://evil.example/users/ana")),
        ("https://evil.example/posts/9", note("https://evil.example/posts/9")),
        ("https://home.example:8443/posts/9", note("https://home.example:8443/posts/9")),
    ],
    ids=["somebody else's", "somebody else's elsewhere", "from another server", "from another port"],
)
def test_what_is_not_this_authors_own_on_their_server_is_not_taken_in(
    unit: Unit, world: OtherServers, uri: str, document: dict[str, Any]
) -> None:
    world.say(uri, document)
    with pytest.raises(Malformed):
        ingestion.ingest_own_post(uri, ANA)
    assert (kept(), posts(), unit.jobs) == ([], [], [])


def test_what_is_no_post_or_not_to_be_had_is_not_taken_in(unit: Unit, world: OtherServers) -> None:
    answers: list[tuple[object, int, str]] = [
        (note(), 404, "application/activity+json"), (note(), 500, "application/activity+json"),
        (note(), 200, "text/html"), (b"{", 200, "application/activity+json"), ([], 200, "application/activity+json"),
        (note("https://evil.example/posts/9"), 200, "application/activity+json"),
        ({**note(), "type": "Person"}, 200, "application/activity+json"), ({**note(), "id": None}, 200, "application/activity+json"),
    ]  # fmt: skip
    for body, status, kind in answers:
        world.say(NOTE, body, status, kind)
        with pytest.raises((FetchFailed, Malformed)):
            ingestion.ingest_own_post(NOTE, ANA)
    world.redirect(NOTE, "https://evil.example/posts/9")
    with pytest.raises(FetchFailed):
        ingestion.ingest_own_post(NOTE, ANA)
    assert (kept(), posts(), unit.jobs) == ([], [], [])


def test_a_post_stands_on_its_board_at_once_as_one_that_came_through_home(
    unit: Unit, world: OtherServers
) -> None:
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA)
    (row,), (post,) = kept(), posts()
    assert (row.proof, row.state, row.kind, row.actor_uri) == (
        Proof.HOME_API,
        InboundState.HANDLED,
        "Update",
        ANA,
    )
    assert (row.object_uri, row.replies_to_uri) == (NOTE, "")
    assert post.source == "<p>Words</p>"
    assert (post.uri, post.arrival) == (NOTE, Arrival.HOME_API)
    assert "inbox" in unit.jobs


def test_the_same_words_are_taken_in_once_and_changed_ones_anew(world: OtherServers) -> None:
    world.say(NOTE, note())
    for _ in range(2):
        ingestion.ingest_own_post(NOTE, ANA)
    assert len(kept()) == 1
    world.say(NOTE, note(content="<p>Other words</p>", updated="2026-11-01T11:00:00Z"))
    ingestion.ingest_own_post(NOTE, ANA)
    rows = kept()
    assert len({one.activity_uri for one in rows}) == len(rows) == 2
    assert {one.activity_uri.partition("#")[0] for one in rows} == {NOTE}
    assert [one.source for one in posts()] == ["<p>Other words</p>"]


def test_an_id_with_a_fragment_leaves_one_fragment_in_what_we_make_of_it(world: OtherServers) -> None:
    uri = f"{NOTE}#note"
    world.say(uri, note(uri))
    ingestion.ingest_own_post(uri, ANA)
    (row,) = kept()
    assert (row.object_uri, row.activity_uri.count("#")) == (uri, 1)


def test_what_it_answers_is_kept_where_home_does_not_know(
    world: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed: list[Any] = []
    monkeypatch.setattr(processor, "process", claimed.append)
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA, replies_to_uri="https://far.example/posts/1")
    (row,) = kept()
    assert row.replies_to_uri == "https://far.example/posts/1"
    assert len(claimed) == 1


def test_the_post_alone_is_carried_out_and_nothing_else_that_waits(world: OtherServers) -> None:
    with database.transaction() as session:
        waiting = a_received(session, BEN, note("https://home.example/posts/8", BEN))
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA)
    assert [one.uri for one in posts()] == [NOTE]
    assert [one.state for one in kept() if one.id == waiting.id] == [InboundState.RECEIVED]


@pytest.mark.parametrize("who", [ANA, BEN])
def test_it_waits_for_what_its_author_sent_just_now_and_for_nobody_else(
    world: OtherServers, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """The home server delivers the post while we fetch it: a worker has that row, and an author's rows go one by one."""
    with database.transaction() as session:
        a_received(session, who, note("https://home.example/posts/8", who))
    claimed = processor.claim()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        processor.process(claimed)

    monkeypatch.setattr(ingestion.time, "sleep", sleep)
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA)
    assert NOTE in [one.uri for one in posts()]
    assert len(slept) == (1 if who == ANA else 0)


def test_it_does_not_wait_for_ever(world: OtherServers, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        a_received(session, ANA, note("https://home.example/posts/8"))
    assert len(processor.claim()) == 1
    monkeypatch.setattr(ingestion, "WAITS_S", 0.3)
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA)
    assert posts() == []
    assert kept()[-1].state is InboundState.RECEIVED


def test_a_blocked_server_has_no_post_taken_in(world: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "home.example", policy=Policy.BLOCKED)
    world.say(NOTE, note())
    ingestion.ingest_own_post(NOTE, ANA)
    assert posts() == []
