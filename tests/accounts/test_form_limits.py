"""What a form says of a home's composer: what that says in time, and otherwise what Mastodon would."""

from __future__ import annotations

import time

import pytest

from fedconnect.accounts import form_limits, home_limits
from fedconnect.accounts.form_limits import limits_for_form
from fedconnect.accounts.home_limits import Limits
from fedconnect.foundation import fetch, outbound_slots
from fedconnect.foundation.errors import Busy, FedConnectError, FetchFailed
from fedconnect.models.home_server import HomeServer

HOME = HomeServer(host="home.example", base="https://home.example")


@pytest.mark.parametrize("error", [FetchFailed("gone"), Busy("full"), FedConnectError("odd")])
def test_a_home_that_cannot_say_stops_no_form(
    monkeypatch: pytest.MonkeyPatch, error: FedConnectError
) -> None:
    def fail(_home: HomeServer) -> Limits:
        raise error

    monkeypatch.setattr(home_limits, "limits_of", fail)
    assert limits_for_form(HOME) == Limits()


def test_a_mistake_of_ours_is_not_hidden_as_if_it_were_the_homes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_home: HomeServer) -> Limits:
        raise KeyError("ours")

    monkeypatch.setattr(home_limits, "limits_of", fail)
    with pytest.raises(KeyError):
        limits_for_form(HOME)


def test_a_form_waits_five_seconds_at_most_and_holds_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, int, HomeServer]] = []

    def limits_of(home: HomeServer) -> Limits:
        seen.append((fetch._thread.ceiling - time.monotonic(), outbound_slots._slots._value, home))
        return Limits(max_characters=5000)

    monkeypatch.setattr(home_limits, "limits_of", limits_of)
    assert limits_for_form(HOME).max_characters == 5000
    ((seconds, places, home),) = seen
    assert 4 < seconds <= 5
    assert places == outbound_slots.SLOTS - 1
    assert home is HOME
    assert outbound_slots._slots._value == outbound_slots.SLOTS, "given back"


def test_while_all_places_are_taken_a_form_is_shown_and_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[HomeServer] = []
    monkeypatch.setattr(outbound_slots, "_wait_for", lambda _slot: False)
    monkeypatch.setattr(home_limits, "limits_of", asked.append)
    for _ in range(outbound_slots.SLOTS):
        assert outbound_slots._slots.acquire(blocking=False)
    try:
        assert form_limits.limits_for_form(HOME) == Limits()
    finally:
        for _ in range(outbound_slots.SLOTS):
            outbound_slots._slots.release()
    assert asked == []
