"""What a thread's collections hold for other servers: its posts, its answers, the board's own posts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum.thread_pages import POSTS_A_PAGE
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.models.board import Board
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import taken_by, visible_in_thread

_MOST_PAGES = 10_000


def list_context(session: Session, board: Board, thread: Thread, page: int) -> tuple[list[str], bool]:
    """Return the ids of a thread's visible posts in reading order, and whether there are more."""
    posts = list(
        session.execute(
            select(Post.uri)
            .where(Post.thread_id == thread.id, visible_in_thread(), taken_by(board))
            .order_by(Post.published, Post.uri)
            .offset((min(page, _MOST_PAGES) - 1) * POSTS_A_PAGE)
            .limit(POSTS_A_PAGE + 1)
        ).scalars()
    )
    return posts[:POSTS_A_PAGE], len(posts) > POSTS_A_PAGE


def get_own_post(session: Session, board: Board, post_id: int) -> tuple[Thread, Post]:
    """Return a post that the board itself wrote, while everybody may see it.

    Raises:
        NotFound: there is none with this id, or it is out of sight.
        Gone: it was deleted.
    """
    row = session.execute(
        select(Thread, Post, visible_in_thread())
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.uri.endswith(f"/boards/{board.slug}/posts/{post_id}"), Post.board_id == board.id)
        .where(Post.person_id.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("no such post")
    if row[1].state is PostState.DELETED:
        raise Gone("a deleted post")
    thread, post, is_visible = row
    if not is_visible:
        raise NotFound("out of sight")
    return thread, post


def list_replies(session: Session, board: Board, post: Post) -> list[str]:
    """Return the ids of the visible answers to a post, oldest first."""
    return list(
        session.execute(
            select(Post.uri)
            .where(Post.parent_id == post.id, visible_in_thread(), taken_by(board))
            .order_by(Post.published, Post.uri)
            .limit(POSTS_A_PAGE)
        ).scalars()
    )


def find_announcement(session: Session, uri: str) -> str | None:
    """Return the stored JSON of an announcement, or None where it was never made or was withdrawn."""
    return session.execute(
        select(OutboundActivity.body).where(
            OutboundActivity.uri == uri, OutboundActivity.kind == "Announce", OutboundActivity.body != ""
        )
    ).scalar_one_or_none()
