"""What an author finds on their own page here of a decision on their post, beside the letter that a board writes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.events import DecisionMade
from fedconnect.forum import notifications
from fedconnect.models.decision import Decision
from fedconnect.moderation.actions import registry


def notify_author(session: Session, event: DecisionMade) -> None:
    """Tell the author of a post what was decided on it, where that concerns them."""
    decision = session.get_one(Decision, event.decision_id)
    if decision.post_id is not None and registry.TYPES[decision.kind].is_notified:
        notifications.notify_decision(session, decision.post_id)
