"""The address of one post."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import wants_activitypub
from fedconnect.web.path_ids import read_id

blueprint = Blueprint("posts/show", __name__)


@blueprint.get("/boards/<slug>/threads/<thread_id>/<post_id>")
def show(slug: str, thread_id: str, post_id: str) -> BaseResponse:
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
    response = redirect(target, 303)
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = f'<{found.uri}>; rel="alternate"; type="application/activity+json"'
    return response
