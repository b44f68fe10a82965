"""Decisions on a conversation: lock, pin, another title, another board, one of two, two of one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum import moderators, rearranging
from fedconnect.foundation import html
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.mandate import Mandate, log, permit

MAX_TITLE = 140


def lock(session: Session, mandate: Mandate, thread: Thread) -> bool:
    """Let a thread take no more answers."""
    return _turn(session, mandate, thread, ThreadState.LOCKED, DecisionKind.LOCK)


def unlock(session: Session, mandate: Mandate, thread: Thread) -> bool:
    """Let a thread take answers again."""
    return _turn(session, mandate, thread, ThreadState.OPEN, DecisionKind.UNLOCK)


def pin(session: Session, mandate: Mandate, thread: Thread, *, pinned: bool) -> bool:
    """Let a thread stand before all others, or no longer."""
    permit(session, mandate, thread.board_id)
    if thread.pinned is pinned:
        return False
    thread.pinned = pinned
    kind = DecisionKind.PIN if pinned else DecisionKind.UNPIN
    return log(session, mandate, kind, thread.starter_uri)


def retitle(session: Session, mandate: Mandate, starter: Post, title: str) -> bool:
    """Give a thread another title here; its author's words stay as they are. An edit of theirs keeps it.

    Raises:
        Malformed: no title, or too long a one.
    """
    permit(session, mandate, starter.board_id)
    title = html.plain(title, MAX_TITLE + 1)
    if not title or len(title) > MAX_TITLE:
        raise Malformed("title", safe="A title has 1 to 140 characters.")
    if not starter.is_starter:
        return False
    thread = session.get_one(Thread, starter.thread_id)
    return rearranging.retitle(session, thread, title) and log(
        session, mandate, DecisionKind.RETITLE, starter.uri, post=starter, detail=title
    )


def move(session: Session, mandate: Mandate, starter: Post, target: Board) -> bool:
    """Move a thread to another board, whose moderator the mover must be too.

    Raises:
        NotPermitted: they do not look after the other board.
    """
    permit(session, mandate, starter.board_id)
    if mandate.moderator is not None and not moderators.may_decide(session, target, mandate.moderator):
        raise NotPermitted("target", safe="You can move it only to a board that you look after too.")
    if (
        not starter.is_starter
        or target.id == starter.board_id
        or target.moved_to is not None
        or starter.person_id is None
    ):
        return False  # the board's own words stay its own
    rearranging.move(session, session.get_one(Thread, starter.thread_id), target)
    return log(session, mandate, DecisionKind.MOVE, starter.uri, post=starter, detail=target.slug)


def split(session: Session, mandate: Mandate, post: Post, title: str) -> bool:
    """Let an answer and what hangs on it be a thread of its own."""
    permit(session, mandate, post.board_id)
    title = html.plain(title, MAX_TITLE + 1)
    if not title or len(title) > MAX_TITLE:
        raise Malformed("title", safe="A title has 1 to 140 characters.")
    if post.is_starter or post.state is not PostState.VISIBLE:
        return False
    rearranging.split(session, post, title)
    return log(session, mandate, DecisionKind.SPLIT, post.uri, post=post, detail=title)


def merge(session: Session, mandate: Mandate, starter: Post, into: Thread) -> bool:
    """Let a thread go on as an answer in another thread of the same board.

    Raises:
        NotPermitted: the other thread stands on another board.
    """
    permit(session, mandate, starter.board_id)
    if into.board_id != starter.board_id:
        raise NotPermitted("another board's", safe="Both threads must stand on this board: move one first.")
    if into.id == starter.thread_id or not starter.is_starter or starter.person_id is None:
        return False
    rearranging.merge(session, starter, into)
    return log(session, mandate, DecisionKind.MERGE, starter.uri, post=starter, detail=str(into.id))


def _turn(session: Session, mandate: Mandate, thread: Thread, state: ThreadState, kind: DecisionKind) -> bool:
    permit(session, mandate, thread.board_id)
    if thread.state is state:
        return False
    thread.move(state)
    starter = session.execute(select(Post).where(Post.uri == thread.starter_uri)).scalar_one_or_none()
    return log(session, mandate, kind, thread.starter_uri, post=starter)
