"""Where a post stands, as pages and clients name it: board, thread and post."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import ids
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread


@dataclass(frozen=True, slots=True)
class PostAddress:
    """A board's slug, and the ids of a thread and of a post in it; the thread's is 0 where none can be meant."""

    slug: str
    thread_id: int
    post_id: int


def read_address(slug: str, thread_id: str, post_id: str) -> PostAddress:
    """Return what the segments of a path name. Raises NotFound where the post's is no id."""
    number = ids.parse_id(post_id)
    if number is None:
        raise NotFound("no id")
    thread = ids.parse_id(thread_id) or 0
    return PostAddress(slug, thread if str(thread) == thread_id else 0, number)


def get_post_at(session: Session, address: PostAddress) -> tuple[Board, Thread, Post]:
    """Return a post that may be seen, with its thread and its board, which speaks to other servers.

    Raises:
        NotFound: there is none, or it stands in another thread. Gone: it was deleted or removed.
    """
    board = boards.get_board(session, address.slug)
    thread, post = thread_pages.get_post_place(session, board, address.post_id)
    if thread.id != address.thread_id:
        raise NotFound("another thread's")
    return board, thread, post
