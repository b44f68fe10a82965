"""A post on the reader's own server, to answer or keep it there."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers.interaction_links import Intent
from fedconnect.moderation.posts import writing_places
from fedconnect.web.path_ids import read_id
from fedconnect.web.remote_interaction import respond_with_link

blueprint = Blueprint("posts/remote", __name__)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/answer", methods=["GET", "POST"])
def open_at_home(slug: str, thread_id: str, post_id: str) -> Response:
    """Open a post on one's own server, to answer or keep it there."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        writing_places.check_open(board)
        thread, found = thread_pages.get_post_place(session, board, read_id(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        title = thread.title
    return respond_with_link(board, Intent.OPEN, found.uri, title)
