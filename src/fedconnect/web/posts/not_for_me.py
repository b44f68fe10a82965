"""Say "not for me" to what was passed on."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.surfacing.hearing import passed_on_places
from fedconnect.web import reader_actions

blueprint = Blueprint("posts/not_for_me", __name__)


@blueprint.post("/boards/<slug>/threads/<thread_id>/<post_id>/not-for-me")
def dismiss(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Give a post that was passed on its place no longer; nobody learns of it."""
    visit = reader_actions.acting_visit()
    address = read_address(slug, thread_id, post_id)
    with database.transaction() as session:
        _, _, post = get_post_at(session, address)
        passed_on_places.dismiss(session, visit.reader_id, visit.person_id, post.id)
    return redirect("/", 303)
