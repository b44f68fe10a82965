"""Ban: somebody cannot write on a board, until a moment or for good."""

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
    """Keep somebody from writing on the board."""
    return author_restrictions.restrict(session, context, target, params, DecisionKind.BAN, is_hold=False)


BAN = Action(
    kind=DecisionKind.BAN,
    done=Sentence("Somebody cannot write on the board"),
    label=Sentence("Keep its author off the board"),
    perform=perform,
    section=Section.AUTHOR,
    is_offered=author_restrictions.is_somebody,
    is_for_persons=True,
    is_for_local_boards=True,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inverse=DecisionKind.UNBAN,
    inputs=frozenset({"days"}),
    federated=Federated("Block"),
)
