"""The log row of a decision on how far another server is trusted; it is about the whole installation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.moderation.mandate import MAX_REASON, check_words

RULE = "Whoever runs the forum decides which servers it speaks with."


def log_policy(session: Session, host: str, policy: Policy, reason: str) -> None:
    """Write down how far a server is trusted from now on, and why. Raises Malformed where no reason was given."""
    check_words(reason, RULE)
    session.add(
        Decision(
            board_id=None, kind=DecisionKind.SERVER, subject_uri=host, rule=RULE, reason=reason[:MAX_REASON],
            detail=f"{host}: {policy.value}", at=clock.now(),
        )
    )  # fmt: skip
