"""Leave: something was looked at and stays as it is; whoever reported it may know why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import Action, ActionParams, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision, step_aside


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Leave something as it is after a look.

    Raises:
        Malformed: it waits. Left as it is, it would be out of sight for good, and on nobody's list. NotPermitted: it
            stands on another board.
    """
    own, post = context.moderator, target.post
    authorize(session, context, post.board_id if post is not None else context.board.id)
    if post is not None and post.state is PostState.HELD:
        raise Malformed("held", safe="This post waits for a decision: show it, or remove it.")
    if own is not None and (target.uri == own.uri or (post is not None and post.person_id == own.id)):
        step_aside(session, context)
    return record_decision(session, context, DecisionKind.LEAVE, target.uri, post=post)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is not PostState.HELD


LEAVE = Action(
    kind=DecisionKind.LEAVE,
    done=Sentence("Something was looked at and left as it is"),
    label=Sentence("Leave it as it is"),
    perform=perform,
    is_notified=False,
    is_public=False,
    section=Section.FIRST,
    is_offered=_is_offered,
    is_for_persons=True,
    is_for_local_boards=True,
    inverse=DecisionKind.REOPEN,
)
