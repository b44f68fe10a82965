"""Retitle: a conversation gets another title here; its author's words stay as they are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import thread_moves
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Give a thread another title; an edit of its author's keeps it."""
    starter = target.need_post()
    authorize(session, context, starter.board_id)
    title = thread_action.check_title(params.title)
    if not starter.is_starter or not thread_moves.retitle(
        session, thread_action.thread_of(session, target), title
    ):
        return None
    return record_decision(session, context, DecisionKind.RETITLE, starter.uri, post=starter, detail=title)


RETITLE = Action(
    kind=DecisionKind.RETITLE,
    done=Sentence("A conversation got another title"),
    label=Sentence("Another title"),
    perform=perform,
    is_about_thread=True,
    section=Section.TITLE,
    is_offered=thread_action.is_begun_by,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inputs=frozenset({"title"}),
)
