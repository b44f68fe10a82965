"""Deleting a post of one's own that stays here."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database
from fedconnect.moderation.posts import local_board_access
from fedconnect.web import current_visit

blueprint = Blueprint("local_boards/delete", __name__, url_prefix="/here/<slug>")


@blueprint.post("/<thread_id>/<post_id>/delete")
def delete(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Delete a post of one's own: its words are gone from the database."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        post = local_board_access.delete_own(session, visit, read_address(slug, thread_id, post_id))
    return redirect(f"/here/{slug}" if post.is_starter else f"/here/{slug}/{thread_id}", 303)
