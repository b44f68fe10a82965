"""The notes that a board itself wrote."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation import render
from fedconnect.forum import boards, thread_collections
from fedconnect.foundation import database
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import activity_json, wants_activitypub
from fedconnect.web.path_ids import read_id

blueprint = Blueprint("activitypub/board_notes", __name__)


@blueprint.before_request
def check_signature() -> None:
    """With authorized fetch, a note is read by who signs; its page is for people, and stays open."""
    if wants_activitypub():
        check_reader()


@blueprint.get("/boards/<slug>/posts/<post_id>")
def note(slug: str, post_id: str) -> BaseResponse:
    """A note that the board itself wrote; as a page, its thread."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, post = thread_collections.get_own_post(session, board, read_id(post_id))
        if not wants_activitypub():
            return _varied(redirect(f"/boards/{slug}/threads/{thread.id}", 303))
        return activity_json(render.own_note(board, thread, post, post.source))


def _varied(response: BaseResponse) -> BaseResponse:
    response.headers["Vary"] = "Accept"
    return response
