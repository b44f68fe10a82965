"""The form for a decision."""

from __future__ import annotations

import pytest

from fedconnect.moderation.casework.decision_form import read_days


@pytest.mark.parametrize(
    ("typed", "days"),
    [("0", 0), ("7", 7), ("30", 30), ("", 7), ("8", 7), ("-1", 7), ("²", 7), ("9" * 5000, 7)],
)
def test_somebody_is_kept_off_for_days_that_were_offered_or_for_a_week(typed: str, days: int) -> None:
    assert read_days(typed) == days
