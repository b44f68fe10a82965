"""The road of a received activity: what is put off, ignored, woken, kept in order, and what of its words is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.events import BoardFollowed, PostPublished
from fedconnect.federation.activities.result import Deferred, Handled, Ignored
from fedconnect.federation.inbound import preparing, processor
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Busy, FetchFailed, NotPermitted
from fedconnect.models.board import Board, Follow
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import Arrival, Reaction
from fedconnect.moderation.posts.outcome_types import Held
from support.federation_rows import OtherServers, a_follow, a_received, an_instance, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_thread

ANA, BEN = "https://home.example/users/ana", "https://home.example/users/ben"
POST = "https://home.example/posts/1"
BOARD = f"{BASE}/boards/respite"


@pytest.fixture(autouse=True)
def home(unit: Unit, others: OtherServers) -> None:
    """A board, a post on it, and two people of a server that was asked about itself."""
    with_keys()
    with database.transaction() as session:
        an_instance(session, "home.example", software="mastodon", asked_at=clock.now())
        ana = a_person(session)
        a_person(session, "ben")
        a_thread(session, a_board(session), ana, uri=POST)


def received(actor: str, obj: object, kind: str = "Like", **values: Any) -> int:
    with database.transaction() as session:
        return a_received(session, actor, obj, kind, **values).id


def row(number: int) -> InboundActivity:
    with database.read_transaction() as session:
        return session.get_one(InboundActivity, number)


def ends_as(number: int, result: object, monkeypatch: pytest.MonkeyPatch) -> InboundActivity:
    """Let an activity end in a result, whatever it is, and return its row."""
    kind = processor.ACTIVITIES["Like"]
    fixed = type(kind)("Like", kind.prepare, lambda session, incoming, facts: result)  # type: ignore[arg-type, return-value]
    monkeypatch.setattr(processor, "ACTIVITIES", {**processor.ACTIVITIES, "Like": fixed})
    processor.process(processor.claim())
    return row(number)


def fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def prepare(*_: object) -> object:
        raise error

    monkeypatch.setattr(preparing, "prepare", prepare)


def test_an_activity_has_its_effect_once_and_its_words_are_forgotten() -> None:
    number = received(BEN, POST)
    for _ in range(2):
        processor.process(processor.claim())
    done = row(number)
    assert (done.state, done.outcome, done.body, done.waits_for, done.token) == (
        InboundState.HANDLED, "marked", "", None, None
    )  # fmt: skip
    with database.read_transaction() as session:
        assert len(session.scalars(select(Reaction)).all()) == 1


@pytest.mark.parametrize(
    ("result", "state", "outcome", "keeps_words"),
    [
        (Ignored("nothing"), InboundState.IGNORED, "nothing", False),
        (Handled("done"), InboundState.HANDLED, "done", False),
        (Handled(Held.reason), InboundState.HANDLED, Held.reason, True),
        (Ignored(Held.reason), InboundState.IGNORED, Held.reason, False),
        (Deferred("https://far.example/1"), InboundState.WAITING, "waits", True),
    ],
)
def test_words_are_kept_of_what_waits_for_a_moderator_or_for_a_post_alone(
    monkeypatch: pytest.MonkeyPatch, result: object, state: InboundState, outcome: str, keeps_words: bool
) -> None:
    done = ends_as(received(BEN, POST), result, monkeypatch)
    assert (done.state, done.outcome, done.body != "") == (state, outcome, keeps_words)


@pytest.mark.parametrize(
    ("hours", "has_waited", "came", "waits_s"),
    [
        (0, False, False, 5), (100, False, False, 5), (0, True, False, 5), (1, True, False, 3600), (6, True, False, 21_600),
        (100, True, False, 21_600), (14 * 24 - 1, True, False, 21_600), (1, True, True, 0),
    ],
)  # fmt: skip
def test_what_waits_is_looked_at_soon_at_first_and_then_ever_later_up_to_six_hours(
    monkeypatch: pytest.MonkeyPatch, hours: int, has_waited: bool, came: bool, waits_s: int
) -> None:
    waits_for = "https://far.example/1"
    before = clock.now()
    number = received(
        BEN, POST, received_at=before - timedelta(hours=hours), waits_for=waits_for if has_waited else None
    )
    done = ends_as(number, Deferred(waits_for, came_meanwhile=came), monkeypatch)
    assert (done.state, done.waits_for, done.attempts) == (InboundState.WAITING, waits_for, 0)
    assert abs((done.due_at - before).total_seconds() - waits_s) < 5


def test_what_waited_two_weeks_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    for over, state in ((0, InboundState.WAITING), (1, InboundState.IGNORED)):
        long_ago = now - timedelta(days=14, microseconds=over)
        number = received(BEN, POST, received_at=long_ago, waits_for="https://far.example/1")
        done = ends_as(number, Deferred("https://far.example/1"), monkeypatch)
        assert (done.state, done.waits_for is None, done.body == "") == (state, bool(over), bool(over))


@pytest.mark.parametrize(
    ("error", "state", "attempts"),
    [
        (FetchFailed("timeout"), InboundState.RECEIVED, 1),
        (FetchFailed("gone", retryable=False), InboundState.IGNORED, 0),
        (Busy("locked"), InboundState.RECEIVED, 1),
        (NotPermitted("blocked"), InboundState.IGNORED, 0),
        (ZeroDivisionError(), InboundState.RECEIVED, 1),
    ],
)
def test_trouble_is_tried_again_and_a_no_is_not(
    monkeypatch: pytest.MonkeyPatch, error: Exception, state: InboundState, attempts: int
) -> None:
    number = received(BEN, POST)
    fails(monkeypatch, error)
    processor.process(processor.claim())
    assert (row(number).state, row(number).attempts) == (state, attempts)
    assert (row(number).due_at > clock.now()) is (state is InboundState.RECEIVED)


def test_the_fifth_failure_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    number = received(BEN, POST, attempts=4)
    fails(monkeypatch, FetchFailed("timeout"))
    processor.process(processor.claim())
    assert row(number).state is InboundState.FAILED


def test_an_activity_that_breaks_while_it_is_applied_undoes_itself_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, sound = received(BEN, POST), received(ANA, BOARD, "Follow")

    def apply(session: Any, incoming: Any, facts: Any) -> Any:
        processor.ACTIVITIES["Follow"].apply(session, incoming, facts)
        raise ZeroDivisionError

    like = processor.ACTIVITIES["Like"]
    monkeypatch.setattr(
        processor, "ACTIVITIES", {**processor.ACTIVITIES, "Like": type(like)("Like", like.prepare, apply)}
    )
    processor.process(processor.claim())
    assert (row(broken).state, row(broken).attempts, row(broken).outcome) == (
        InboundState.RECEIVED,
        1,
        "unforeseen",
    )
    assert row(sound).state is InboundState.HANDLED
    with database.read_transaction() as session:
        assert len(session.scalars(select(Follow)).all()) == 1


def test_what_needs_another_server_is_put_aside_with_what_its_actor_did_after_it(
    others: OtherServers,
) -> None:
    stranger = "https://far.example/users/sam"
    slow, after, quick = received(stranger, POST), received(stranger, BOARD, "Follow"), received(BEN, POST)
    rest = processor.process_at_once(processor.claim())
    assert [claimed.id for claimed in rest] == [slow, after]
    assert others.asked == []
    assert row(quick).state is InboundState.HANDLED
    processor.process_slowly(rest[0])
    assert others.asked[0] == ("GET", stranger)
    assert (row(slow).state, row(slow).attempts) == (InboundState.RECEIVED, 1)


def test_one_whose_claim_was_lost_asks_nobody_and_changes_nothing(others: OtherServers) -> None:
    number = received("https://far.example/users/sam", POST)
    (claimed,) = processor.claim()
    with database.transaction() as session:
        session.get_one(InboundActivity, number).token = "another"
    processor.process_slowly(claimed)
    assert others.asked == []
    assert (row(number).state, row(number).token) == (InboundState.RECEIVED, "another")


def test_one_wanted_activity_is_claimed_and_no_other() -> None:
    first, second = received(ANA, POST), received(BEN, POST)
    assert [claimed.id for claimed in processor.claim(only=row(second).activity_uri)] == [second]
    assert [claimed.id for claimed in processor.claim()] == [first]


@pytest.mark.parametrize(
    ("values", "arrival"),
    [
        ({}, Arrival.SENT),
        ({"proof": Proof.FETCHED}, Arrival.FETCHED),
        ({"proof": Proof.HOME_API}, Arrival.HOME_API),
        ({"proof": Proof.FETCHED, "linked_group_uri": "https://lemmy.example/c/x"}, Arrival.LINKED_GROUP),
    ],
)
def test_how_something_came_is_how_it_was_proven_and_who_brought_it(
    values: dict[str, Any], arrival: Arrival
) -> None:
    received(BEN, POST, **values)
    (claimed,) = processor.claim()
    assert claimed.item.arrival is arrival


def test_a_conversation_that_can_be_seen_again_wakes_what_waits_for_its_beginning_alone(unit: Unit) -> None:
    later = clock.now() + timedelta(hours=6)
    waits = {"state": InboundState.WAITING, "due_at": later, "attempts": 3}
    ours = received(BEN, POST, waits_for=POST, **waits)
    other = received(BEN, POST, waits_for=POST + "/2", **waits)
    ended = received(BEN, POST, waits_for=POST, state=InboundState.IGNORED)
    for is_starter, state in ((False, InboundState.WAITING), (True, InboundState.RECEIVED)):
        with database.transaction() as session:
            post = processor.post_lookup.find_post(session, POST)
            assert post is not None
            processor.wake_replies(session, PostPublished(post.id, post.thread_id, post.board_id, is_starter))
        assert row(ours).state is state
    assert (row(ours).attempts, row(ours).due_at < later) == (0, True)
    assert (row(other).state, row(ended).state) == (InboundState.WAITING, InboundState.IGNORED)
    assert unit.jobs == ["inbox"]


def test_nothing_of_a_blocked_server_has_an_effect(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    number = received("https://a.evil.example/users/eve", POST)
    processor.process(processor.claim())
    assert (row(number).state, row(number).body) == (InboundState.IGNORED, "")
    assert others.asked == []


@pytest.mark.parametrize(
    ("is_relayed", "has_board", "relayed"), [(True, True, 1), (True, False, 0), (False, True, 0)]
)
def test_what_is_said_on_a_board_is_passed_on_where_its_type_is(
    monkeypatch: pytest.MonkeyPatch, is_relayed: bool, has_board: bool, relayed: int
) -> None:
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        an_instance(session, "lemmy.example", software="lemmy")
        a_follow(session, board, a_person(session, "lea", "lemmy.example"))
    received(BEN, POST)
    like = processor.ACTIVITIES["Like"]
    told = replace(
        like,
        apply=lambda session, incoming, facts: Handled(
            "told", session.get(Board, board.id) if has_board else None
        ),
        is_relayed=is_relayed,
    )
    monkeypatch.setattr(processor, "ACTIVITIES", {**processor.ACTIVITIES, "Like": told})
    processor.process(processor.claim())
    with database.read_transaction() as session:
        passed_on = session.scalars(select(OutboundActivity)).all()
    assert [(one.kind, one.object_uri) for one in passed_on] == [("Announce", POST)] * relayed


def test_what_broke_lets_nothing_follow_from_what_it_had_said(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(BEN, BOARD, "Follow")
    follow = processor.ACTIVITIES["Follow"]

    def apply(session: Any, incoming: Any, facts: Any) -> Any:
        follow.apply(session, incoming, facts)
        raise ZeroDivisionError

    monkeypatch.setattr(
        processor, "ACTIVITIES", {**processor.ACTIVITIES, "Follow": replace(follow, apply=apply)}
    )
    processor.process(processor.claim())
    assert unit.of(BoardFollowed) == []


def test_what_an_activity_waits_for_and_has_come_in_the_meantime_is_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = clock.now()
    here, nowhere = received(BEN, POST), received(ANA, POST)
    prepare = preparing.prepare
    waits_for = {here: POST, nowhere: "https://far.example/1"}
    monkeypatch.setattr(
        preparing,
        "prepare",
        lambda item, together: replace(prepare(item, together), ends=Deferred(waits_for[item.id])),
    )
    processor.process(processor.claim())
    waits = [round((row(one).due_at - before).total_seconds()) for one in (here, nowhere)]
    assert waits[0] < waits[1] == 5
    assert {row(one).state for one in (here, nowhere)} == {InboundState.WAITING}
