"""Release: a post that was held is shown."""

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
    """Show a post that was held."""
    post = target.need_post()
    authorize_lifting(session, context, post, DecisionKind.HOLD, by=DecisionKind.RELEASE)
    if not removal.release(session, post):
        return None
    return record_decision(session, context, DecisionKind.RELEASE, post.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.HELD


RELEASE = Action(
    kind=DecisionKind.RELEASE,
    done=Sentence("A post that had waited was shown"),
    label=Sentence("Show it"),
    perform=perform,
    section=Section.FIRST,
    is_offered=_is_offered,
    is_for_local_boards=True,
    is_strong=True,
    letter=Letter.PLAIN,
    inverse=DecisionKind.HOLD,
)
