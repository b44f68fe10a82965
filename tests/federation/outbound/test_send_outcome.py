"""What an answer to a message means, without a database: for the message, and for its server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.federation.outbound import send_outcome
from fedconnect.federation.outbound.delivery_kind import OutgoingMessage
from fedconnect.federation.outbound.host_health import HostHealth
from fedconnect.foundation import clock
from fedconnect.foundation.durable_kind import Claim, Done, Failed, RetryLater
from fedconnect.foundation.fetch import HttpResponse

INBOX = "https://home.example/inbox"


def a_claim(attempts: int = 0) -> Claim[OutgoingMessage]:
    message = OutgoingMessage(INBOX, "home.example", "board:respite", b"{}", "Announce", clock.now())
    return Claim(1, "token", attempts, message)


def an_answer(status: int, retry_after: str = "") -> HttpResponse:
    return HttpResponse(status, {"retry-after": retry_after} if retry_after else {}, b"", INBOX)


@pytest.mark.parametrize(
    ("took_s", "host"), [(0.0, HostHealth.UP), (5.0, HostHealth.UP), (5.1, HostHealth.SLOW)]
)
def test_an_answer_after_more_than_five_seconds_is_slow(took_s: float, host: HostHealth) -> None:
    outcome = send_outcome.judge(a_claim(), an_answer(202), took_s=took_s)
    assert (outcome.end, outcome.host) == (Done("202"), host)


def test_a_refusal_is_final_and_says_nothing_against_its_server() -> None:
    outcome = send_outcome.judge(a_claim(), an_answer(403, "600"), took_s=0.1)
    assert outcome == send_outcome.SendOutcome(Failed("403"), HostHealth.UP, 0)


def test_a_slow_server_in_trouble_is_down_and_not_only_slow() -> None:
    assert send_outcome.judge(a_claim(), an_answer(503), took_s=60).host is HostHealth.DOWN


@pytest.mark.parametrize("attempts", range(8))
def test_the_rest_grows_with_each_failure_and_is_never_shorter_than_the_server_asks_for(
    attempts: int,
) -> None:
    base_s = (15, 60, 300, 1800, 7200, 21_600, 43_200, 43_200)[attempts]
    wait = send_outcome.later(a_claim(attempts), "503").wait
    assert wait is not None
    assert base_s * 0.75 <= wait.total_seconds() <= base_s * 1.25
    assert send_outcome.later(a_claim(attempts), "503", 99_999).wait == timedelta(seconds=99_999)


def test_nothing_is_tried_later_than_seven_days_after_it_was_written() -> None:
    claim = a_claim()
    assert send_outcome.later(claim, "503").until == claim.item.created_at + timedelta(days=7)


@pytest.mark.parametrize("header", ["", "²", "١٢", "12.5", "-1", "1" * 5000, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_is_no_number_of_seconds_is_none(header: str) -> None:
    outcome = send_outcome.judge(a_claim(), an_answer(503, header), took_s=0.1)
    assert outcome.retry_after_s == 0
    assert isinstance(outcome.end, RetryLater)


@pytest.mark.parametrize(("header", "seconds"), [("0", 0), ("120", 120), ("21600", 21_600), ("21601", 21_600), ("99999999", 21_600)])  # fmt: skip
def test_a_server_may_ask_for_six_hours_at_most(header: str, seconds: int) -> None:
    assert send_outcome.judge(a_claim(), an_answer(429, header), took_s=0.1).retry_after_s == seconds
