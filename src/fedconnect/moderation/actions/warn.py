"""Warn: an author is asked to mind a rule, and the post stays where it is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Tell an author that a post is against a rule."""
    post = target.need_post()
    authorize(session, context, post.board_id)
    if post.person_id is None:
        return None
    return record_decision(session, context, DecisionKind.WARN, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE


WARN = Action(
    kind=DecisionKind.WARN,
    done=Sentence("An author was asked to mind a rule"),
    label=Sentence("Ask its author to mind a rule"),
    perform=perform,
    section=Section.FIRST,
    is_offered=_is_offered,
    is_for_local_boards=True,
    letter=Letter.WITH_REASON,
    is_appealable=True,
)
