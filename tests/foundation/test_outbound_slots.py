"""At most four threads wait for other servers, and strangers never hold the last place."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest

from fedconnect.foundation import fetch, outbound_slots
from fedconnect.foundation.errors import Busy
from fedconnect.foundation.outbound_slots import outbound_slot, slot


def test_nobody_waits_where_every_place_is_taken() -> None:
    with ExitStack() as held:
        for _ in range(outbound_slots.SLOTS):
            held.enter_context(slot(known=True, patient=False))
        with pytest.raises(Busy), slot(known=True, patient=False):
            pass
    with slot(known=True, patient=False):
        pass


def test_the_last_place_is_kept_from_strangers() -> None:
    with ExitStack() as held:
        for _ in range(outbound_slots.STRANGERS_SLOTS):
            held.enter_context(slot(known=False, patient=False))
        with pytest.raises(Busy), slot(known=False, patient=False):
            pass
        with slot(known=True, patient=False):
            pass


def test_whatever_is_asked_within_a_slot_takes_ten_seconds_at_most() -> None:
    with outbound_slot(), fetch.time_limit(25.0):
        assert fetch._thread.ceiling - time.monotonic() <= outbound_slots.LONGEST_S
    assert fetch._thread.ceiling is None
