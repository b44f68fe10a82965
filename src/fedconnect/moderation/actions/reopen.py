"""Reopen: something that was left as it is is to be looked at again. Nobody chooses it: it takes that back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions.action import Action, ActionParams, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Say that something is to be looked at again."""
    authorize(session, context, context.board.id)
    return record_decision(session, context, DecisionKind.REOPEN, target.uri, post=target.post)


REOPEN = Action(
    kind=DecisionKind.REOPEN,
    done=Sentence("Something is to be looked at again"),
    perform=perform,
    is_public=False,
    is_for_ids=True,
)
