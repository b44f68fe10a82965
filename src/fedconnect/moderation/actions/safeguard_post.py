"""Safeguard: a post is brought to listeners and moderators alone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import danger_signs
from fedconnect.moderation.actions.action import Action, ActionParams, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.surfacing.hearing import lifecycle


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Bring a post to listeners and moderators alone."""
    post = target.need_post()
    authorize(session, context, post.board_id)
    if danger_signs.is_given_to_listeners(session, post):
        return None
    if not lifecycle.is_safeguarded(session, post.id):  # by its own words, until somebody had looked
        lifecycle.safeguard(session, post)
    return record_decision(session, context, DecisionKind.SAFEGUARD, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE


SAFEGUARD = Action(
    kind=DecisionKind.SAFEGUARD,
    done=Sentence("A post was brought to listeners alone"),
    label=Sentence("To listeners alone"),
    perform=perform,
    is_notified=False,
    is_public=False,
    section=Section.SHOWING,
    is_offered=_is_offered,
    inverse=DecisionKind.UNSAFEGUARD,
)
