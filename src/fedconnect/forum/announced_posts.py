"""What a board's newest threads began with, for servers that meet the board for the first time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fedconnect.models.inbound import InboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.visibility import searchable

MOST = 20


class AnnouncedPost(NamedTuple):
    """A post with its author, and under which id its server told of it; empty where that is not known any more."""

    post: Post
    author: Person
    create_uri: str


def find_announced(session: Session, uris: Iterable[str]) -> dict[str, AnnouncedPost]:
    """Return the public posts of somebody else's server among some ids, twenty at most, by id (1 query)."""
    told = and_(InboundActivity.object_uri == Post.uri, InboundActivity.kind == "Create")
    rows = session.execute(
        select(Post, Person, InboundActivity.activity_uri)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(InboundActivity, and_(told, InboundActivity.actor_uri == Person.uri))
        .where(Post.uri.in_([*uris][:MOST]), searchable(), Post.source != "")
        .order_by(InboundActivity.id)
    )
    found: dict[str, AnnouncedPost] = {}
    for post, author, create_uri in rows:
        found.setdefault(post.uri, AnnouncedPost(post, author, create_uri or ""))
    return found
