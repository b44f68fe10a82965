"""What a board's newest threads began with, for servers that meet the board for the first time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.models.inbound import InboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.visibility import from_silenced, searchable

MOST = 20
LONGEST = 8_000  # characters: it is cleaned for each who asks


class AnnouncedPost(NamedTuple):
    """A post with its author, and under which id its server told of it; empty where that is not known any more."""

    post: Post
    author: Person
    create_uri: str


def find_unboosted(session: Session, uris: Iterable[str], booster_uri: str) -> set[str]:
    """Return which of some posts an actor of ours may not boost, by their authors' word (1 query)."""
    chosen = select(Post.uri, Post.may_boost, Post.refuses_boosts).where(
        Post.uri.in_([*uris]), or_(Post.may_boost != "", Post.refuses_boosts.is_(True))
    )
    return {
        uri
        for uri, allowed, refuses in session.execute(chosen)
        if refuses or booster_uri not in allowed.split("\n")
    }


def find_announced(session: Session, uris: Iterable[str]) -> dict[str, AnnouncedPost]:
    """Return the public posts of somebody else's server among some ids, twenty at most, by id (1 query)."""
    told = and_(InboundActivity.object_uri == Post.uri, InboundActivity.kind == "Create")
    rows = session.execute(
        select(Post, Person, InboundActivity.activity_uri)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(InboundActivity, and_(told, InboundActivity.actor_uri == Person.uri))
        .where(
            Post.uri.in_([*uris][:MOST]),
            searchable(),
            func.length(Post.source).between(1, LONGEST),
            Person.quarantined_at.is_(None),
            Person.gone_at.is_(None),
            ~from_silenced(),
        )
        .order_by(InboundActivity.id)
    )
    found: dict[str, AnnouncedPost] = {}
    for post, author, create_uri in rows:
        found.setdefault(post.uri, AnnouncedPost(post, author, create_uri or ""))
    return found
