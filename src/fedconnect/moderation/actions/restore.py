"""Restore: a removed post is shown again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import removal
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize_lifting, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Show a removed post again."""
    post = target.need_post()
    authorize_lifting(session, context, post, DecisionKind.REMOVE, by=DecisionKind.RESTORE)
    if not removal.restore(session, post):
        return None
    return record_decision(session, context, DecisionKind.RESTORE, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.REMOVED


RESTORE = Action(
    kind=DecisionKind.RESTORE,
    done=Sentence("A post was put back"),
    label=Sentence("Put it back"),
    perform=perform,
    section=Section.FIRST,
    is_offered=_is_offered,
    is_for_local_boards=True,
    is_strong=True,
    letter=Letter.PLAIN,
    inverse=DecisionKind.REMOVE,
    federated=Federated("Undo", undoes=DecisionKind.REMOVE),
)
