"""Posts that their authors deleted and bring back: a Delete undoes no decision of moderators, and neither does its Undo."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.posts.author_status_query import read_author_status


def may_be_brought_back(session: Session, post: Post, board: Board, author: Person) -> bool:
    """Whether a deleted post may stand on its board again: no moderator had removed it, and its author may write there
    (2 queries)."""
    last = (
        select(Decision.kind)
        .where(Decision.post_id == post.id, Decision.kind.in_((DecisionKind.REMOVE, DecisionKind.RESTORE)))
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    )
    is_removed = session.execute(last).scalar_one_or_none() is DecisionKind.REMOVE
    return not is_removed and not read_author_status(session, board, author).is_banned


def needs_look(session: Session, post: Post) -> bool:
    """Whether a deleted post waits for a look when it is brought back (at most 3 queries): it was reported or held before; began a
    thread that a moderator gave another title; or answers in one that is closed by now, or not in sight."""
    thread = session.get_one(Thread, post.thread_id)
    if post.is_starter and thread.is_retitled:
        return True
    if not post.is_starter and (thread.state is ThreadState.LOCKED or _is_hidden(session, thread)):
        return True
    about = or_(Case.post_id == post.id, Case.subject_uri == post.uri)
    asked = exists().where(
        Case.board_id == post.board_id, Case.kind.in_((CaseKind.REPORT, CaseKind.HELD)), about
    )
    return bool(session.execute(select(asked)).scalar())


def _is_hidden(session: Session, thread: Thread) -> bool:
    starter = session.execute(select(Post.state).where(Post.uri == thread.starter_uri)).scalar_one_or_none()
    return starter in {PostState.HELD, PostState.REMOVED}
