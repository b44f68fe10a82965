"""Free an author: somebody's posts are shown at once again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import author_restrictions
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let somebody's posts be shown at once again."""
    return author_restrictions.lift(session, context, target, DecisionKind.FREE_AUTHOR, is_hold=True)


FREE_AUTHOR = Action(
    kind=DecisionKind.FREE_AUTHOR,
    done=Sentence("Somebody’s posts are shown at once again"),
    label=Sentence("Show its author’s posts at once again"),
    perform=perform,
    is_public=False,
    section=Section.AUTHOR,
    is_offered=author_restrictions.is_somebody,
    is_for_persons=True,
    is_for_local_boards=True,
    letter=Letter.PLAIN,
)
