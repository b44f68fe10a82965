"""How the work on a received activity ends: its words go unless they are still needed, and what waits has an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.federation.inbound import ends, processor
from fedconnect.federation.inbound.received import Received
from fedconnect.foundation import clock, database
from fedconnect.foundation.durable_kind import Claim
from fedconnect.foundation.errors import Busy, FetchFailed
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.moderation.posts.outcome_types import Held
from support.federation_rows import a_received
from support.unit import Unit

BEN, POST = "https://home.example/users/ben", "https://home.example/posts/1"
FAR = "https://far.example/1"


def claimed(age: timedelta = timedelta(0)) -> Claim[Received]:
    with database.transaction() as session:
        a_received(session, BEN, POST, "Like", received_at=clock.now() - age)
    (one,) = processor.claim()
    return one


def row() -> InboundActivity:
    with database.read_transaction() as session:
        return session.query(InboundActivity).one()


@pytest.mark.parametrize(
    ("result", "state", "keeps_words"),
    [
        (Handled("done"), InboundState.HANDLED, False),
        (Handled(Held.reason), InboundState.HANDLED, True),
        (Ignored("nothing"), InboundState.IGNORED, False),
        (Ignored(Held.reason), InboundState.IGNORED, False),
        (Deferred(FAR), InboundState.WAITING, True),
    ],
)
def test_only_what_is_needed_once_more_keeps_its_words(
    unit: Unit, result: Result, state: InboundState, keeps_words: bool
) -> None:
    ends.finish_alone(claimed(), result)
    assert (row().state, row().body != "", row().token) == (state, keeps_words, None)


def test_what_waited_two_weeks_is_ignored_and_waits_for_nothing(unit: Unit) -> None:
    ends.finish_alone(claimed(timedelta(days=14, seconds=1)), Deferred(FAR))
    assert (row().state, row().waits_for, row().outcome) == (
        InboundState.IGNORED, None, "waited two weeks in vain",
    )  # fmt: skip


def test_who_lost_the_claim_ends_nothing(unit: Unit) -> None:
    one = claimed()
    with database.transaction() as session:
        session.query(InboundActivity).update({"token": "another worker's"})
    ends.finish_alone(one, Handled("done"))
    assert (row().state, row().token) == (InboundState.RECEIVED, "another worker's")


@pytest.mark.parametrize(
    ("error", "state", "outcome"),
    [
        (FetchFailed("no", retryable=False), InboundState.IGNORED, "not to be had: no"),
        (FetchFailed("slow", retryable=True), InboundState.RECEIVED, "slow"),
        (Busy("full"), InboundState.RECEIVED, "full"),
        (ZeroDivisionError(), InboundState.RECEIVED, "ZeroDivisionError"),
    ],
)
def test_a_no_is_an_end_and_trouble_is_not(
    unit: Unit, error: Exception, state: InboundState, outcome: str
) -> None:
    ends.put_off(claimed(), error)
    assert (row().state, row().outcome) == (state, outcome)
    assert (row().due_at > clock.now()) is (state is InboundState.RECEIVED)
