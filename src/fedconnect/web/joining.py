"""From here to the reader's own server: follow a board, open a post there, write to a board.

The way on is a link on a page of ours, never a redirect: people see where they are going.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation.home_servers.interaction_links import Intent
from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import wants_activitypub
from fedconnect.web.path_ids import read_id
from fedconnect.web.remote_interaction import answer_with_link

joining = Blueprint("joining", __name__)


@joining.get("/boards/<slug>/threads/<thread_id>/<post_id>")
def post(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """The address of one post here: leads to its place in the thread, or to the post on its own server."""
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, found = thread_pages.get_post_place(session, board, read_id(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        if wants_activitypub():
            target = found.uri
        else:
            page = thread_pages.page_of_post(session, board, thread, found.id)
            query = f"?page={page}" if page > 1 else ""
            target = f"/boards/{slug}/threads/{thread.id}{query}#post-{found.id}"
    answer = redirect(target, 303)
    answer.headers["Vary"] = "Accept"
    answer.headers["Link"] = f'<{found.uri}>; rel="alternate"; type="application/activity+json"'
    return answer


@joining.route("/boards/<slug>/threads/<thread_id>/<post_id>/answer", methods=["GET", "POST"])
def answer(slug: str, thread_id: str, post_id: str) -> Response:
    """Open a post on one's own server, to answer or keep it there."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, found = thread_pages.get_post_place(session, board, read_id(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        title = thread.title
    return answer_with_link(board, Intent.OPEN, found.uri, title)
