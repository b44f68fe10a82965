"""Unban: somebody can write on a board again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import author_restrictions
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let somebody write on the board again."""
    return author_restrictions.lift(session, context, target, DecisionKind.UNBAN, is_hold=False)


UNBAN = Action(
    kind=DecisionKind.UNBAN,
    done=Sentence("Somebody can write on the board again"),
    label=Sentence("Let its author write again"),
    perform=perform,
    section=Section.AUTHOR,
    is_offered=author_restrictions.is_somebody,
    is_for_persons=True,
    is_for_local_boards=True,
    letter=Letter.PLAIN,
    federated=Federated("Undo", undoes=DecisionKind.BAN),
)
