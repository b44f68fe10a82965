"""Posts found by their ids, as other servers know them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.models.post import Post


def find_post(session: Session, uri: str) -> Post | None:
    """Return the post with this id, in whatever state; those of boards that stay here are known to nobody outside."""
    found = select(Post).where(Post.uri == uri, Post.visibility != Visibility.LOCAL_ONLY)
    return session.execute(found).scalar_one_or_none()


def is_any_here(session: Session, uris: set[str]) -> bool:
    """Whether there is a post of one of these ids that others may know of, in whatever state (1 query)."""
    found = select(Post.id).where(Post.uri.in_(uris), Post.visibility != Visibility.LOCAL_ONLY).limit(1)
    return session.execute(found).first() is not None
