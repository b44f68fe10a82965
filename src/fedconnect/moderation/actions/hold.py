"""Hold: a post that was released by mistake waits again. Nobody chooses it: it takes a release back."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.forum import removal
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions.action import Action, ActionParams, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.moderation.cases import held_cases


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a post wait again; its author has been told that it waits."""
    post = target.need_post()
    authorize(session, context, post.board_id)
    if not removal.hold(session, post):
        return None
    held_cases.wait_again(session, context.board, post)
    return record_decision(session, replace(context, is_told=True), DecisionKind.HOLD, post.uri, post=post)


HOLD = Action(
    kind=DecisionKind.HOLD,
    done=Sentence("A post waits for a look again"),
    perform=perform,
)
