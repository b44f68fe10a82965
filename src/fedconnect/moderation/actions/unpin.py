"""Unpin: a conversation stands where it belongs again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Section, Target
from fedconnect.moderation.authorization import ModerationContext


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a thread stand where it belongs."""
    return thread_action.pin(session, context, target, DecisionKind.UNPIN, pinned=False)


UNPIN = Action(
    kind=DecisionKind.UNPIN,
    done=Sentence("A conversation was unpinned"),
    label=Sentence("Unpin it"),
    perform=perform,
    is_notified=False,
    is_about_thread=True,
    section=Section.CONVERSATION,
    is_offered=thread_action.is_begun_by,
    federated=Federated("Remove", collection="featured"),
)
