"""A thread's row: locked while it changes, and what lists show of it derived from its posts."""

from __future__ import annotations

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import in_sight


def locked_row(session: Session, thread_id: int) -> Thread:
    """Return a thread's row, held until this transaction ends."""
    return session.execute(
        select(Thread).where(Thread.id == thread_id).with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()  # fmt: skip


def recount(session: Session, thread: Thread) -> None:
    """Derive from the posts what lists show of a thread, so that order of arrival leaves no trace. One whose first post is gone
    stays in its board's list as long as there are answers to it."""
    starter, state, visibility = session.execute(
        select(Post.person_id, Post.state, Post.visibility).where(
            Post.thread_id == thread.id, Post.is_starter
        )
    ).one()
    meant_for_us = or_(Post.is_addressed.is_(True), Post.arrival == Arrival.LINKED_GROUP)
    replies, latest, others = session.execute(
        select(
            func.count().filter(meant_for_us),
            func.max(Post.published).filter(meant_for_us),
            func.count().filter(Post.person_id.is_distinct_from(starter)),
        ).where(
            Post.thread_id == thread.id,
            in_sight(),
            Post.is_starter.is_(False),
        )
    ).one()
    is_gone = state is PostState.DELETED and visibility.is_open and thread.merged_into_id is None
    session.execute(
        update(Thread)
        .where(Thread.id == thread.id)
        .values(
            is_listed=replies > 0 if is_gone else Thread.is_listed,
            reply_count=replies,
            last_post_at=max(latest or thread.published, thread.published),
            answered=others > 0
            or (starter is None and not thread.is_anonymous),  # a welcome waits for no answer
        )
    )
