"""Remove: a post is taken off the board; its words are kept for an appeal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import removal
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Federated, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize_restricting, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Take a post off the board."""
    post = target.need_post()
    authorize_restricting(session, context, post, is_restricted=post.state is PostState.HELD)
    if not removal.remove(session, post):
        return None
    return record_decision(session, context, DecisionKind.REMOVE, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state in {PostState.VISIBLE, PostState.HELD}


REMOVE = Action(
    kind=DecisionKind.REMOVE,
    done=Sentence("A post was taken off the board"),
    label=Sentence("Take it off the board"),
    perform=perform,
    section=Section.FIRST,
    is_offered=_is_offered,
    is_for_local_boards=True,
    is_strong=True,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inverse=DecisionKind.RESTORE,
    inputs=frozenset({"gentle"}),
    federated=Federated("Delete"),
)
