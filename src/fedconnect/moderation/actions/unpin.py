"""Unpin: a conversation stands where it belongs again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import conversation
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Section, Target
from fedconnect.moderation.authorization import ModerationContext


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a thread stand where it belongs."""
    return conversation.pin(session, context, target, DecisionKind.UNPIN, pinned=False)


UNPIN = Action(
    kind=DecisionKind.UNPIN,
    done=Sentence("A conversation was unpinned"),
    label=Sentence("Unpin it"),
    perform=perform,
    is_about_thread=True,
    section=Section.CONVERSATION,
    is_offered=conversation.is_begun_by,
    federated=Federated("Remove", collection="featured"),
)
