"""A post as plugins may see it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.html import text_of
from fedconnect.hooks.views import PostView
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread


def find_post_view(session: Session, post_id: int) -> PostView | None:
    """Return a visible post as plugins may see it, or None."""
    row = session.execute(
        select(Post, Thread.title, Board.slug, Board.name, Person)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Post.id == post_id, visible_in_thread())
    ).one_or_none()
    if row is None:
        return None
    post, title, slug, board_name, person = row
    return PostView(
        id=post.id,
        uri=post.uri,
        board_slug=slug,
        title=title,
        html=post.body_html,
        text=text_of(post.source),
        hashtags=tuple(post.hashtags.split()),
        author_name=(person.name or person.username) if person else board_name,
        author_handle=person.handle if person else "",
        published=post.published,
        path=f"/boards/{slug}/threads/{post.thread_id}",
        is_starter=post.is_starter,
    )
