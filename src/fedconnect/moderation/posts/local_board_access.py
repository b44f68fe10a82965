"""A board that does not federate, for whoever may be in it: whoever is kept off does not read it either, since they may
be why others came."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.events import Cause
from fedconnect.forum import local_only, removal
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.posts import author_status_query


def enter(session: Session, visit: Visit, slug: str) -> tuple[Board, Person]:
    """Return a board that does not federate, and who is asking. Raises NotFound: no such board, or they are kept off."""
    found, person = local_only.get_board(session, slug), sessions.person_of(session, visit)
    if author_status_query.read_author_status(session, found, person).is_banned:
        raise NotFound("kept off the board")
    return found, person


def get_post(session: Session, visit: Visit, address: PostAddress) -> tuple[Board, Person, Post]:
    """Return a post that can be read, its board, and who is asking. Raises NotFound."""
    found, person = enter(session, visit, address.slug)
    return found, person, local_only.get_post(session, found, address.thread_id, address.post_id)


def delete_own(session: Session, visit: Visit, address: PostAddress) -> Post:
    """Delete a post of one's own, in whatever state: its words are gone from the database. Raises NotFound."""
    found, _ = enter(session, visit, address.slug)
    post = session.get(Post, address.post_id)
    is_there = post is not None and (post.board_id, post.thread_id) == (found.id, address.thread_id)
    if post is None or not is_there or post.person_id != visit.person_id:
        raise NotFound("no post of theirs")
    removal.withdraw(session, post, Cause.AUTHOR)
    return post
