"""A conversation's newest posts, for feed readers. Ref: RFC 4287."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.web.path_ids import read_id
from fedconnect.web.responses import public_feed

blueprint = Blueprint("threads/feed", __name__)


@blueprint.get("/boards/<slug>/threads/<thread_id>/feed.atom")
def newest(slug: str, thread_id: str) -> Response:
    """A conversation's newest posts. Ref: RFC 4287."""
    number = read_id(thread_id)
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        last = thread_pages.count_pages(session, found, number)
        shown = thread_pages.get_thread_page(session, found, number, last)
    if not shown.thread.is_public:
        raise NotFound("unlisted threads have no feed")
    posts = [
        post for post in reversed(shown.posts) if not post.is_deleted and post.is_addressed and post.is_public
    ]
    updated = max((post.updated or post.published for post in posts), default=shown.thread.published)
    return public_feed(
        "threads/feed.atom",
        board=found,
        shown=shown,
        posts=posts,
        updated=updated,
        base=own_address.base_url(),
    )
