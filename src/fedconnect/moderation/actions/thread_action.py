"""What actions on a conversation have in common."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import html
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.actions.action import Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision

MAX_TITLE = 140


def thread_of(session: Session, target: Target) -> Thread:
    """Return the thread of the post that is decided on."""
    return session.get_one(Thread, target.need_post().thread_id)


def is_begun_by(post: Post, board: Board) -> bool:
    """Offer an action where a conversation begins that can be seen."""
    return post.state is PostState.VISIBLE and post.is_starter


def is_begun_by_somebody(post: Post, board: Board) -> bool:
    """Offer an action where a conversation begins that can be seen, and that the board itself did not write."""
    return is_begun_by(post, board) and post.person_id is not None


def turn(
    session: Session, context: ModerationContext, target: Target, state: ThreadState, kind: DecisionKind
) -> Decision | None:
    """Lock a thread, or open it again."""
    thread = thread_of(session, target)
    authorize(session, context, thread.board_id)
    if thread.state is state:
        return None
    thread.move(state)
    return _record(session, context, thread, kind)


def pin(
    session: Session, context: ModerationContext, target: Target, kind: DecisionKind, *, pinned: bool
) -> Decision | None:
    """Let a thread stand before all others, or no longer."""
    thread = thread_of(session, target)
    authorize(session, context, thread.board_id)
    if thread.pinned is pinned:
        return None
    thread.pinned = pinned
    return _record(session, context, thread, kind)


def _record(session: Session, context: ModerationContext, thread: Thread, kind: DecisionKind) -> Decision:
    """Write a decision on a thread down as one on its first post: by that it is found again and taken back."""
    starter = session.execute(select(Post).where(Post.uri == thread.starter_uri)).scalar_one_or_none()
    return record_decision(session, context, kind, thread.starter_uri, post=starter)


def check_title(title: str) -> str:
    """Return a title as plain text. Raises Malformed where it is none, or too long."""
    title = html.plain(title, MAX_TITLE + 1)
    if not title or len(title) > MAX_TITLE:
        raise Malformed("title", safe="A title has 1 to 140 characters.")
    return title
