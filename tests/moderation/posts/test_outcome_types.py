"""What is said of an edit: that it waits only where its new words stand."""

from __future__ import annotations

import pytest

from fedconnect.moderation.hold_reason import HoldReason
from fedconnect.moderation.posts.outcome_types import (
    EditDecision,
    Edited,
    EditOutcome,
    Left,
    Narrowed,
    OlderVersion,
)

HOLD = HoldReason("why_plugin")
HELD = "held: the edit was screened"


@pytest.mark.parametrize(
    ("outcome", "alone"), [(Left(), "left the board"), (OlderVersion(), "no newer edit")]
)
def test_what_is_not_kept_is_never_said_to_wait(outcome: EditOutcome, alone: str) -> None:
    assert EditDecision(outcome, HOLD, is_put_on_hold=True).reason == EditDecision(outcome).reason == alone


@pytest.mark.parametrize("outcome", [Edited(), Narrowed()])
def test_what_is_kept_is_said_to_wait_where_somebody_has_to_look(outcome: EditOutcome) -> None:
    assert EditDecision(outcome, HOLD).reason == HELD
    assert EditDecision(outcome).reason == "edited"
