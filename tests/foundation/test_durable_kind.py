"""What a kind of durable row declares: how long a row rests, and how those that somebody holds are found."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from fedconnect.foundation.durable_kind import Backoff
from fedconnect.models.base import table_of
from fedconnect.models.inbound import InboundActivity


@pytest.mark.parametrize(("attempt", "rest_s"), [(1, 60), (2, 120), (3, 600), (4, 600), (1000, 600)])
def test_each_failure_has_its_own_rest_and_further_ones_share_the_last(attempt: int, rest_s: int) -> None:
    assert Backoff((60, 120), 600).wait(attempt) == timedelta(seconds=rest_s)


def test_a_kind_without_steps_rests_alike_each_time() -> None:
    assert [Backoff((), 5).wait(attempt) for attempt in (1, 2)] == [timedelta(seconds=5)] * 2


@pytest.mark.parametrize(("chance", "rest_s"), [(0.0, 75.0), (0.5, 100.0), (1.0, 125.0)])
def test_chance_goes_as_far_down_as_up(monkeypatch: pytest.MonkeyPatch, chance: float, rest_s: float) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: low + chance * (high - low))
    assert Backoff((100,), 1, jitter=0.25).wait(1) == timedelta(seconds=rest_s)


@pytest.mark.parametrize(("attempt", "base_s"), [(1, 100), (2, 200), (3, 1000), (50, 1000)])
def test_chance_moves_a_rest_by_a_share_and_no_more(attempt: int, base_s: int) -> None:
    waits = [Backoff((100, 200), 1000, jitter=0.2).wait(attempt).total_seconds() for _ in range(200)]
    assert 0.8 * base_s <= min(waits) < max(waits) <= 1.2 * base_s


def test_only_rows_that_somebody_holds_are_in_the_index_of_leases() -> None:
    (index,) = [one for one in table_of(InboundActivity).indexes if one.name == "ix_inbound_activity_lease"]
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        made = str(CreateIndex(index).compile(dialect=dialect))
        assert made.endswith("ON inbound_activity (lease_until) WHERE lease_until IS NOT NULL")
