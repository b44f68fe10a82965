"""Moments and short names in our documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fedconnect.federation.render import names


def test_moments_are_in_utc_and_names_short_and_the_same_for_the_same() -> None:
    assert names.moment(datetime(2026, 11, 23, 14, 5, 0, 999_999, tzinfo=UTC)) == "2026-11-23T14:05:00Z"
    assert names.moment(datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=1)) == "2025-12-31T23:59:59Z"
    assert names.digest("a") == names.digest("a") != names.digest("b")
    assert len(names.digest("a" * 9999)) == 32
