"""Split: an answer and what hangs on it become a conversation of their own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import thread_moves
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let an answer and what hangs on it be a thread of its own."""
    post = target.need_post()
    authorize(session, context, post.board_id)
    title = thread_action.check_title(params.title)
    if post.is_starter or post.state is not PostState.VISIBLE:
        return None
    thread_moves.split(session, post, title)
    return record_decision(session, context, DecisionKind.SPLIT, post.uri, post=post, detail=title)


def _is_offered(post: Post, board: Board) -> bool:
    return post.state is PostState.VISIBLE and not post.is_starter


SPLIT = Action(
    kind=DecisionKind.SPLIT,
    done=Sentence("An answer became a conversation of its own"),
    label=Sentence("Make it a conversation of its own"),
    perform=perform,
    is_about_thread=True,
    section=Section.TITLE,
    is_offered=_is_offered,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inputs=frozenset({"title"}),
)
