"""Hold an author: somebody's posts wait for a look before they are shown."""

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
    """Let somebody's posts wait for a look."""
    return author_restrictions.restrict(
        session, context, target, params, DecisionKind.HOLD_AUTHOR, is_hold=True
    )


HOLD_AUTHOR = Action(
    kind=DecisionKind.HOLD_AUTHOR,
    done=Sentence("Somebody’s posts wait for a look first"),
    label=Sentence("See its author’s posts first"),
    perform=perform,
    is_public=False,
    section=Section.AUTHOR,
    is_offered=author_restrictions.is_somebody,
    is_for_persons=True,
    is_for_local_boards=True,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inverse=DecisionKind.FREE_AUTHOR,
    inputs=frozenset({"days"}),
)
