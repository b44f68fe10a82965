"""A reader's own posts, as they delete them from here: on their own server, and on the board at once."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.mastodon_api import HomeRefused
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.foundation import database
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.home_servers import client_actions
from fedconnect.models.board import Board
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread

AT_HOME_AT_ONCE = 30  # home servers let an account delete so many in half an hour
_AT_HOME_S = 40.0  # for all of them together: being forgotten here does not wait for a server that is slow


def get_own_post(session: Session, visit: Visit, address: PostAddress) -> tuple[Board, Thread, Post]:
    """Return a reader's own post where it stands. Raises NotFound, also where it is somebody else's; Gone."""
    board, thread, post = get_post_at(session, address)
    if post.person_id != visit.person_id:
        raise NotFound("somebody else's")
    return board, thread, post


def delete_own_post(visit: Visit, address: PostAddress) -> Post:
    """Delete a reader's own post on their server and here; return what it was. Opens its own transactions.

    Raises:
        NotFound, Gone: no such post of theirs. PermissionNeeded, HomeAway, HomeRefused, Busy: it is still there.
    """
    with database.read_transaction() as session:
        _, _, post = get_own_post(session, visit, address)
    with outbound_slot():
        client_actions.delete(visit, post)
    return post


def delete_latest_at_home(visit: Visit) -> None:
    """Delete a reader's latest posts on their own server, as many as it lets go at once; what it does not delete now
    they delete there. Opens its own transactions."""
    own = select(Post).where(Post.person_id == visit.person_id, Post.state != PostState.DELETED)
    with database.read_transaction() as session:
        posts = session.execute(own.order_by(Post.published.desc()).limit(AT_HOME_AT_ONCE)).scalars().all()
    with suppress(FedConnectError), outbound_slot(seconds=_AT_HOME_S):
        for post in posts:
            with suppress(HomeRefused):  # one that it does not know keeps none of the others
                client_actions.delete(visit, post)
