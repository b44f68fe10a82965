"""A server that is down rests, longer each time; one that answers well is forgiven."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.federation.outbound import delivery, send_outcome
from fedconnect.foundation import clock
from support.delivery_rows import HOST, INBOX, change, host, one_server, queue
from support.federation_rows import OtherServers

__all__ = ["one_server"]


@pytest.mark.parametrize(
    ("bad_days", "last_bad_day", "after"),
    [(0, None, 1), (3, "2020-01-01", 4), (6, "today", 6), (6, "2020-01-01", 7)],
)
def test_bad_days_are_counted_once_a_day_and_the_seventh_is_followed_by_twelve_hours(
    others: OtherServers, bad_days: int, last_bad_day: str | None, after: int
) -> None:
    change(
        bad_days=bad_days, last_bad_day=f"{clock.now():%Y-%m-%d}" if last_bad_day == "today" else last_bad_day
    )
    queue()
    others.say(INBOX, b"", 500)
    before = clock.now()
    delivery.drain(HOST)
    found = host()
    assert (found.bad_days, found.failures, found.strikes) == (after, 1, 1)
    assert found.paused_until is not None
    assert (found.paused_until - before >= timedelta(hours=12)) is (after >= 7)


def test_a_server_that_answers_quickly_forgets_its_bad_days_and_one_strike(others: OtherServers) -> None:
    change(failures=9, bad_days=8, strikes=5, paused_until=clock.now() - timedelta(seconds=1))
    queue()
    others.say(INBOX, b"", 202)
    delivery.drain(HOST)
    found = host()
    assert (found.failures, found.bad_days, found.strikes, found.paused_until) == (0, 0, 4, None)


def test_a_slow_server_gets_a_strike_up_to_five_and_its_lane_is_left(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_outcome, "SLOW_S", -1.0)
    others.say(INBOX, b"", 202)
    queue(2)
    assert delivery.drain(HOST) == 1
    assert (host().strikes, host().paused_until) == (1, None)
    change(strikes=5)
    assert delivery.drain(HOST) == 1
    assert host().strikes == 5
