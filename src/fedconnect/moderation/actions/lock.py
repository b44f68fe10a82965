"""Lock: a conversation takes no more answers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a thread take no more answers."""
    return thread_action.turn(session, context, target, ThreadState.LOCKED, DecisionKind.LOCK)


LOCK = Action(
    kind=DecisionKind.LOCK,
    done=Sentence("A conversation was closed"),
    label=Sentence("Close the conversation"),
    perform=perform,
    is_about_thread=True,
    section=Section.CONVERSATION,
    is_offered=thread_action.is_begun_by,
    is_for_local_boards=True,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inverse=DecisionKind.UNLOCK,
    federated=Federated("Lock"),
)
