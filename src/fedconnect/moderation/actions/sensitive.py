"""Sensitive: a post is folded behind a content warning, or its media alone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import removal
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize_restricting, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Fold a post behind a warning, or (none given) its media alone. The author's copy stays as it is."""
    post = target.need_post()
    authorize_restricting(session, context, post, is_restricted=bool(post.covered))
    if not removal.cover(session, post, params.warning):
        return None
    return record_decision(
        session, context, DecisionKind.SENSITIVE, post.uri, post=post, detail=params.warning
    )


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE


SENSITIVE = Action(
    kind=DecisionKind.SENSITIVE,
    done=Sentence("A post was folded"),
    label=Sentence("Fold it"),
    perform=perform,
    section=Section.SHOWING,
    is_offered=_is_offered,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inverse=DecisionKind.UNCOVER,
    inputs=frozenset({"warning"}),
)
