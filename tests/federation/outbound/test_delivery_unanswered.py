"""One message that is never answered silences no server: others go first, and in the end it is given up; a Delete never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from fedconnect.federation.outbound import delivery, outbox
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.outbound import Delivery, OutboundActivity
from support.delivery_rows import HOST, INBOX, change, host, one_server, queue, rows
from support.federation_rows import OtherServers

__all__ = ["one_server"]
STUCK = "https://home.example/users/ana/inbox"


@pytest.fixture
def one_hangs(others: OtherServers) -> OtherServers:
    """The first message hangs, and four more wait behind it."""
    queue(inbox=STUCK)
    queue(4)
    others.fail(STUCK, FetchFailed("ReadTimeout from home.example"))
    others.say(INBOX, b"", 202)
    return others


def round_of(kind: str = "Announce") -> list[str]:
    """Let the lane and its messages be due again, send, and return their states."""
    past = clock.now() - timedelta(minutes=1)
    change(paused_until=None)
    with database.transaction() as session:
        session.execute(update(Delivery).values(due_at=past))
        if kind:
            session.execute(update(OutboundActivity).values(kind=kind))
    delivery.drain(HOST)
    return [str(row.state) for row in rows()]


def test_the_others_go_first_once_one_had_no_answer(one_hangs: OtherServers) -> None:
    assert round_of() == ["retrying", *["queued"] * 4]
    assert (host().failures, host().paused_until is not None) == (1, True)
    assert round_of() == ["retrying", *["delivered"] * 4]
    assert [url for _, url in one_hangs.asked] == [STUCK, *[INBOX] * 4, STUCK]


def test_at_the_third_time_without_an_answer_while_others_are_taken_it_is_given_up(
    one_hangs: OtherServers,
) -> None:
    round_of()
    round_of()
    queue()
    assert round_of()[0] == "abandoned"
    assert rows()[0].outcome == "no answer three times, while others were answered"
    with database.transaction() as session:
        uri = session.get_one(OutboundActivity, rows()[0].activity_id).uri
        assert outbox.withdraw(session, uri) == [STUCK], "it may have arrived, and is taken back there too"
    queue()
    assert round_of()[-1] == "delivered"
    assert len([url for _, url in one_hangs.asked if url == STUCK]) == 3


@pytest.mark.parametrize("kind", ["Accept", "Delete", "Undo"])
def test_what_takes_words_back_is_tried_for_as_long_as_there_is_time(
    one_hangs: OtherServers, kind: str
) -> None:
    for _ in range(5):
        queue()
        assert round_of(kind)[0] == "retrying"
    one_hangs.say(STUCK, b"", 202)
    assert round_of(kind)[0] == "delivered"


def test_where_the_whole_server_is_silent_nothing_is_given_up(one_hangs: OtherServers) -> None:
    one_hangs.fail(INBOX, FetchFailed("nobody there"))
    for _ in range(12):
        round_of()
    assert {str(row.state) for row in rows()} == {"retrying"}
    assert host().failures == 12


def test_a_message_alone_on_its_server_is_not_given_up(others: OtherServers) -> None:
    queue(inbox=STUCK)
    for _ in range(5):
        assert round_of() == ["retrying"]
