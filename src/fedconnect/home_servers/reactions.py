"""What a reader does with a post of somebody's: favourite and boost it, or keep it for themselves."""

from __future__ import annotations

from contextlib import suppress

from fedconnect.accounts import grants
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import bookmarks
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.foundation import database
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.home_servers import client_actions
from fedconnect.models.post import ReactionKind
from fedconnect.surfacing.profile import learning
from fedconnect.surfacing.profile.learning import Engagement


def react(visit: Visit, address: PostAddress, kind: ReactionKind, *, on: bool) -> None:
    """Favourite or boost a post through the reader's own server, or take that back; a boost says what they care for.
    Opens its own transactions.

    Raises:
        NotFound, Gone: no such post. PermissionNeeded, HomeAway, HomeRefused, Busy: nothing was done.
    """
    with database.read_transaction() as session:
        _, _, post = get_post_at(session, address)
    with outbound_slot():
        client_actions.react(visit, post, kind, on=on)
    if kind is ReactionKind.BOOST and on:
        with database.transaction() as session:
            learning.learn_engagement(session, visit.reader_id, post.id, Engagement.BOOST)


def bookmark(visit: Visit, address: PostAddress, *, on: bool) -> None:
    """Keep a post for the reader, or no longer; who permitted marks finds it among their bookmarks at home as well,
    where their server answers. Opens its own transactions.

    Raises:
        NotFound, Gone: no such post.
    """
    with database.read_transaction() as session:
        _, _, post = get_post_at(session, address)
    with database.transaction() as session:
        (bookmarks.add_bookmark if on else bookmarks.remove_bookmark)(session, visit.reader_id, post)
        if on:
            learning.learn_engagement(session, visit.reader_id, post.id, Engagement.SAVE)
        marks_too = Permission.MARK in grants.permissions_of(session, visit)
    if marks_too:
        with suppress(FedConnectError), outbound_slot():
            client_actions.bookmark(visit, post, on=on)
