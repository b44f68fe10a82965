"""A delivery as a durable row: what it carries, what cannot be sent any more, and how long it is tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from fedconnect.federation.outbound.delivery_kind import DELIVERIES, LONGEST, RESTS
from fedconnect.models.outbound import DeliveryState, OutboundActivity
from support.federation_rows import a_delivery
from support.forum_rows import at
from support.unit import add


def an_activity(session: Session, **values: object) -> OutboundActivity:
    known = {
        "uri": "https://forum.example/boards/respite#a", "actor": "board:respite", "kind": "Announce",
        "object_uri": "https://home.example/posts/1", "body": '{"type":"Announce","name":"Grüße"}',
        "created_at": at(0),
    }  # fmt: skip
    return add(session, OutboundActivity(**{**known, **values}))


def test_what_lost_its_words_is_not_sent(session: Session) -> None:
    row = a_delivery(session, activity=an_activity(session, body=""))
    with pytest.raises(ValueError, match="words"):
        DELIVERIES.decode(row)


def test_a_message_is_its_activitys_bytes_for_this_rows_inbox(session: Session) -> None:
    a_delivery(session, "https://other.example/inbox")
    row = a_delivery(session, "https://home.example/users/ana/inbox", an_activity(session), created_at=at(7))
    message = DELIVERIES.decode(row)
    assert (message.inbox, message.host) == ("https://home.example/users/ana/inbox", "home.example")
    assert (message.actor, message.kind) == ("board:respite", "Announce")
    assert message.body == '{"type":"Announce","name":"Grüße"}'.encode()
    assert message.created_at == at(7), "by the age of the delivery, which is asked anew, not of the activity"


def test_the_activities_of_a_batch_are_read_at_once(session: Session) -> None:
    rows = [a_delivery(session, f"https://h{number}.example/inbox") for number in range(3)]
    session.expunge_all()
    rows = [session.merge(row) for row in rows]
    asked: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    DELIVERIES.load(session, rows)
    assert len(asked) == 1
    event.remove(connection, "before_cursor_execute", note)


def test_nothing_that_ended_is_sent_again_and_a_failure_is_told_from_a_first_try(session: Session) -> None:
    assert set(DELIVERIES.open) == {DeliveryState.QUEUED, DeliveryState.RETRYING}
    assert not {DELIVERIES.done, DELIVERIES.failed} & set(DELIVERIES.open)
    assert DELIVERIES.retrying in DELIVERIES.open
    assert DELIVERIES.retrying is not DeliveryState.QUEUED


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 15), (2, 60), (3, 300), (4, 1800), (5, 7200), (6, 21_600), (7, 43_200), (8, 43_200), (999, 43_200)],
)
def test_it_rests_ever_longer_up_to_half_a_day_give_or_take_a_quarter(attempt: int, seconds: int) -> None:
    rests = {RESTS.wait(attempt) for _ in range(40)}
    assert len(rests) > 1, "servers that came back are not all asked in the same second"
    assert min(rests) >= timedelta(seconds=seconds * 0.75)
    assert max(rests) <= timedelta(seconds=seconds * 1.25)


def test_it_is_given_up_by_time_and_never_by_number_before() -> None:
    shortest = sum((RESTS.wait(attempt) for attempt in range(1, DELIVERIES.most_attempts)), timedelta())
    assert shortest > LONGEST >= timedelta(days=7)


def test_a_lease_is_not_over_before_a_slow_server_has_answered_twice() -> None:
    assert DELIVERIES.lease >= timedelta(seconds=90)
