"""What the search index does when posts come, change and go."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.events import PostEdited, PostPublished, PostWithdrawn
from fedconnect.forum import search
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread


def index_post(session: Session, event: PostPublished | PostEdited) -> None:
    """Let a post be found by its words."""
    post = session.get_one(Post, event.post_id)
    title = session.get_one(Thread, event.thread_id).title if post.is_starter else ""
    search.enter(session, post, title)


def unindex_post(session: Session, event: PostWithdrawn) -> None:
    """Let a post be found no longer."""
    search.leave(session, event.post_id)
