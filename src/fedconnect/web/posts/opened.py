"""Somebody who came by a link in a message says that they have read the post; for browsers without scripts."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.surfacing.hearing import link_tokens
from fedconnect.web import current_visit, view_tracking
from fedconnect.web.path_ids import read_id
from fedconnect.web.responses import personal_page

blueprint = Blueprint("posts/opened", __name__)


@blueprint.post("/boards/<slug>/threads/<thread_id>/<post_id>/opened")
def note_opened(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Count one reader of a post by the link that brought them, and say so. Readers are led back to its page, which counts
    them as themselves."""
    thread, post = read_id(thread_id), read_id(post_id)
    if current_visit.find_visit() is not None:
        return redirect(f"/boards/{slug}/threads/{thread}", 303)
    current_visit.check_rate_limit(view_tracking.LINKS_OPENED, current_visit.client_address())
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        token = link_tokens.find(session, post, request.form.get("link", ""))
    counted = False
    if token:
        with database.transaction() as session:
            counted = bool(link_tokens.use(session, [token]))
    page = personal_page("posts/opened.html", board=board, thread=thread, counted=counted)
    page.headers["Cache-Control"] = "private, no-store"
    return page
