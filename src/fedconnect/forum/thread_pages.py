"""A conversation as pages and collections show it: frozen views, a known number of queries each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.forum.post_items import PostItem, post_items
from fedconnect.forum.reply_tree import Node, Place, arrange, nest
from fedconnect.foundation.errors import Gone, NotFound, Removed
from fedconnect.models.board import Board
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import open_to_all, taken_by, visible_in_thread

POSTS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread with one page of its posts, in reading order."""

    board: Board
    thread: Thread
    posts: Sequence[PostItem]
    page: int
    pages: int
    is_noindex: bool

    @property
    def nodes(self) -> list[Node[PostItem]]:
        """The answers on this page as a tree; one whose parent stands on another page is a root."""
        return nest([(post, post.depth) for post in self.posts if not post.is_starter])


def get_thread(session: Session, board: Board, thread_id: int) -> Thread:
    """Return a thread that may be seen.

    Raises:
        NotFound: there is none on this board, or none that may be seen.
        Gone: its author took it back and nobody had answered. Removed: a moderator removed it.
    """
    row = session.execute(
        select(Thread, Post.state, Post.visibility)
        .join(Post, (Post.thread_id == Thread.id) & Post.is_starter.is_(True))
        .where(Thread.id == thread_id, Thread.board_id == board.id)
    ).one_or_none()
    if row is None or row[1] is PostState.HELD or not row[2].is_open:
        raise NotFound("no such thread")
    thread: Thread = row[0]
    if row[1] in {PostState.DELETED, PostState.REMOVED} and not _has_visible_posts(session, thread):
        raise _gone(row[1])
    return thread


def _gone(state: PostState) -> Gone:
    """Return the error that says who took it away."""
    return Removed("a removed post") if state is PostState.REMOVED else Gone("a deleted post")


def _has_visible_posts(session: Session, thread: Thread) -> bool:
    return (
        session.execute(
            select(Post.id).where(Post.thread_id == thread.id, visible_in_thread()).limit(1)
        ).first()
        is not None
    )


def get_thread_page(session: Session, board: Board, thread_id: int, page: int = 1) -> ThreadPage:
    """Return one page of a thread, as a tree in reading order (4 queries).

    Raises:
        NotFound, Gone: as get_thread; NotFound also for a page beyond the last.
    """
    thread = get_thread(session, board, thread_id)
    places = _places(session, board, thread)
    pages = max(1, -(-len(places) // POSTS_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound("no such page")
    shown = places[(page - 1) * POSTS_A_PAGE : page * POSTS_A_PAGE]
    page_of = {place.id: index // POSTS_A_PAGE + 1 for index, place in enumerate(places)}
    posts = post_items(session, board, shown, page_of)
    noindex = any(post.is_noindex for post in posts if post.is_starter or not post.is_addressed)
    return ThreadPage(board, thread, posts, page, pages, noindex)


def find_new_place(session: Session, board: Board, thread_id: int) -> tuple[str, int] | None:
    """Return board and thread in which a thread goes on that was moved or merged; None where it was not, or where
    that cannot be seen."""
    thread = session.get(Thread, thread_id)
    if thread is not None and thread.merged_into_id is not None:
        thread = session.get(Thread, thread.merged_into_id)
    if thread is None or (thread.id == thread_id and thread.moved_from_id != board.id):
        return None
    place = session.get_one(Board, thread.board_id)
    try:
        get_thread(session, place, thread.id)
    except (NotFound, Gone):
        return None
    return place.slug, thread.id


def count_pages(session: Session, board: Board, thread_id: int) -> int:
    """Return how many pages a thread has. Raises: as get_thread."""
    return max(1, -(-len(_places(session, board, get_thread(session, board, thread_id))) // POSTS_A_PAGE))


def page_of_post(session: Session, board: Board, thread: Thread, post_id: int) -> int:
    """Return the page of its thread on which a post stands.

    Raises:
        NotFound: it stands on none.
    """
    for index, place in enumerate(_places(session, board, thread)):
        if place.id == post_id:
            return index // POSTS_A_PAGE + 1
    raise NotFound("no such post")


def get_post_place(session: Session, board: Board, post_id: int) -> tuple[Thread, Post]:
    """Return a post of a board that may be seen, and its thread.

    Raises:
        NotFound: there is none. Gone: it was deleted. Removed: a moderator removed it.
    """
    row = session.execute(
        select(Thread, Post)
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.id == post_id, Post.board_id == board.id, taken_by(board))
    ).one_or_none()
    if row is None or row[1].state is PostState.HELD or not row[1].visibility.is_open:
        raise NotFound("no such post")
    if row[1].state is not PostState.VISIBLE:
        raise _gone(row[1].state)
    return row[0], row[1]


def _places(session: Session, board: Board, thread: Thread) -> list[Place]:
    """Return every post's place in the tree; deleted ones only where an answer hangs on them."""
    rows = session.execute(
        select(Post.id, Post.parent_id, Post.state == PostState.DELETED, Post.is_starter)
        .where(
            Post.thread_id == thread.id,
            Post.state != PostState.HELD,
            taken_by(board),
            open_to_all(),
        )
        .order_by(Post.published, Post.uri)
    )
    return arrange([(row[0], row[1], row[2] and not row[3]) for row in rows])
