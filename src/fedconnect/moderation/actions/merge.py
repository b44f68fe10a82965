"""Merge: a conversation goes on as an answer in another one of the same board."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum import thread_moves
from fedconnect.foundation import ids
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread
from fedconnect.moderation.actions import thread_action
from fedconnect.moderation.actions.action import Action, ActionParams, Letter, Section, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def perform(
    session: Session, context: ModerationContext, target: Target, params: ActionParams
) -> Decision | None:
    """Let a thread go on in another.

    Raises:
        NotPermitted: that stands on another board. Malformed: no address names it, or it cannot be seen, and what goes
            on there could not be either.
    """
    starter, into = target.need_post(), _find_thread(session, params.thread)
    authorize(session, context, starter.board_id)
    if into.board_id != starter.board_id:
        raise NotPermitted("another board's", safe="Both threads must stand on this board: move one first.")
    if into.id == starter.thread_id or not starter.is_starter or starter.person_id is None:
        return None
    if not _can_be_seen(session, into):
        raise Malformed("out of sight", safe="That conversation cannot be seen: please choose another one.")
    thread_moves.merge(session, starter, into)
    return record_decision(
        session, context, DecisionKind.MERGE, starter.uri, post=starter, detail=str(into.id)
    )


def _find_thread(session: Session, address: str) -> Thread:
    """Return the thread that an address names, or the one in which that goes on. Raises Malformed."""
    number = ids.parse_id(address.rstrip("/").rpartition("/")[2].partition("?")[0].partition("#")[0])
    found = session.get(Thread, number) if number is not None else None
    if found is not None and found.merged_into_id is not None:  # never one that leads on itself
        found = session.get(Thread, found.merged_into_id)
    if found is None:
        raise Malformed("thread", safe="Please paste the address of the other conversation.")
    return found


def _can_be_seen(session: Session, thread: Thread) -> bool:
    begun = select(Post.id).where(Post.thread_id == thread.id, Post.is_starter.is_(True), visible_in_thread())
    return session.execute(begun).first() is not None


MERGE = Action(
    kind=DecisionKind.MERGE,
    done=Sentence("Two conversations became one"),
    label=Sentence("Let it go on in another conversation"),
    perform=perform,
    is_about_thread=True,
    section=Section.PLACE,
    is_offered=thread_action.is_begun_by_somebody,
    letter=Letter.WITH_REASON,
    is_appealable=True,
    inputs=frozenset({"thread"}),
)
