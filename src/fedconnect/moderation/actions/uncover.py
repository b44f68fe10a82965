"""Uncover: a post is shown again as its author meant it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import removal
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize_lifting, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Show a post again as its author meant it."""
    post = target.need_post()
    authorize_lifting(session, context, post, DecisionKind.SENSITIVE, by=DecisionKind.UNCOVER)
    if not removal.uncover(session, post):
        return None
    return record_decision(session, context, DecisionKind.UNCOVER, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE


UNCOVER = Action(
    kind=DecisionKind.UNCOVER,
    done=Sentence("A post was unfolded"),
    label=Sentence("Unfold it"),
    perform=perform,
    section=Section.SHOWING,
    is_offered=_is_offered,
    letter=Letter.PLAIN,
)
