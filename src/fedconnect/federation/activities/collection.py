"""Add to and Remove from a board's collections: `featured` are its pinned threads, `moderators` who looks after it.

Ref: FEP-1b12 §moderation.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.federation import authority
from fedconnect.federation.activities import moderator
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.moderator import Subject
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import appointments, board_settings

_SAID_ELSEWHERE = "Decided from another server."


def add(session: Session, incoming: Incoming, subject: Subject) -> Result:
    """Pin a thread, or ask somebody to look after the board."""
    found = _find(session, incoming)
    if found is None:
        return moderator.NO_MODERATOR
    board, collection = found
    if collection == "featured":
        return _pin(session, incoming, board, DecisionKind.PIN)
    if collection != "moderators" or subject.person is None:
        return Ignored("no collection of ours")
    context = _context_of_team(incoming, board)
    try:
        board_settings.invite(session, context, subject.person, "", is_handover=False)
    except Malformed as error:
        return Ignored(f"nobody to ask: {error.detail}")
    return Handled("asked to look after the board")  # told on once they say yes


def remove(session: Session, incoming: Incoming, subject: Subject) -> Result:
    """Unpin a thread, or end a moderator's part: one's own, or as who runs the installation."""
    found = _find(session, incoming)
    if found is None:
        return moderator.NO_MODERATOR
    board, collection = found
    if collection == "featured":
        return _pin(session, incoming, board, DecisionKind.UNPIN)
    if collection != "moderators" or subject.person is None:
        return Ignored("no collection of ours")
    context = _context_of_team(incoming, board)
    # Who looks after a board is nobody's but their own server's to know: it is not passed on.
    dismissed = appointments.dismiss(session, context, subject.person)
    return Handled("dismissed" if dismissed else "dismissed already")


def _find(session: Session, incoming: Incoming) -> tuple[Board, str] | None:
    """Return the board that the sender moderates and the name of its collection that they change."""
    base, _, collection = incoming.activity.target_uri.rpartition("/")
    board = moderator.find_named_board(session, base)
    if board is None or not authority.may_moderate(session, board, incoming.person):
        return None
    return board, collection


def _context_of_team(incoming: Incoming, board: Board) -> ModerationContext:
    """Return what stands for a change of the team: what is told of it is told by us."""
    context = moderator.context_of(incoming, board)
    return replace(
        context, was_said=False, reason=context.reason or _SAID_ELSEWHERE, rule=board_settings.BY_TEAM
    )


def _pin(session: Session, incoming: Incoming, board: Board, kind: DecisionKind) -> Result:
    post = moderator.find_starter(session, incoming.activity.object_uri)
    if post is None or post.board_id != board.id:
        return Ignored("no thread of this board")
    return moderator.decide_on_post(session, incoming, board, post, kind)


ADD = ActivityType("Add", moderator.prepare_subject, add)
REMOVE = ActivityType("Remove", moderator.prepare_subject, remove)
