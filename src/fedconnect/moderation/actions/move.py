"""Move: a conversation goes to another board, whose moderator the mover must be too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import boards, moderators, thread_moves
from fedconnect.foundation.errors import NotPermitted
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Move a thread to another board. Raises NotPermitted where the mover does not look after that one."""
    starter, to = target.need_post(), boards.get_board(session, params.board)
    authorize(session, context, starter.board_id)
    if context.moderator is not None and not moderators.may_decide(session, to, context.moderator):
        raise NotPermitted("target", safe="You can move it only to a board that you look after too.")
    is_own = starter.person_id is None  # the board's own words stay its own
    if not starter.is_starter or to.id == starter.board_id or to.moved_to is not None or is_own:
        return None
    thread_moves.move(session, thread_action.thread_of(session, target), to)
    return record_decision(session, context, DecisionKind.MOVE, starter.uri, post=starter, detail=to.slug)


MOVE = Action(
    kind=DecisionKind.MOVE,
    done=Sentence("A conversation was moved to another board"),
    label=Sentence("Move to another board"),
    perform=perform,
    is_about_thread=True,
    shows_detail=True,
    section=Section.PLACE,
    is_offered=thread_action.is_begun_by_somebody,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inputs=frozenset({"board"}),
)
