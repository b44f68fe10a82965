"""Unsafeguard: a post is heard like others again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.surfacing.hearing import lifecycle


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a post be heard like others again."""
    post = target.need_post()
    authorize(session, context, post.board_id)
    if not lifecycle.is_safeguarded(session, post.id):
        return None
    lifecycle.end_safeguarding(session, post)
    return record_decision(session, context, DecisionKind.UNSAFEGUARD, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE


UNSAFEGUARD = Action(
    kind=DecisionKind.UNSAFEGUARD,
    done=Sentence("A post is heard like others again"),
    label=Sentence("To everybody again"),
    perform=perform,
    is_notified=False,
    is_public=False,
    section=Section.SHOWING,
    is_offered=_is_offered,
)
