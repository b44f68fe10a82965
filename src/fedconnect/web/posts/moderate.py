"""Decide on a post that nobody has reported."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database
from fedconnect.models.post import PostState
from fedconnect.moderation.casework import deciding
from fedconnect.web import current_visit
from fedconnect.web.moderation.decision_form import deciding_visit, form_facts, read_decision
from fedconnect.web.moderation.queue import back_to_queue
from fedconnect.web.responses import personal_page

blueprint = Blueprint("posts/moderate", __name__)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/moderate", methods=["GET", "POST"])
def moderate(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Decide on a post that nobody has reported."""
    visit = current_visit.get_visit() if request.method != "POST" else deciding_visit()
    address = read_address(slug, thread_id, post_id)
    if request.method != "POST":
        with database.read_transaction() as session:
            board, form = deciding.offer_on_post(session, visit, address)
            return personal_page("posts/moderate.html", board=board, **form_facts(form))
    with database.transaction() as session:
        place, post, made = deciding.decide_post(session, visit, address, read_decision())
        is_gone = post.state is not PostState.VISIBLE
    if made is not None and is_gone:  # there is nothing to go back to but the list, where it can be undone
        return redirect(back_to_queue([made]), 303)
    way = f"/here/{place.slug}" if place.is_local_only else f"/boards/{place.slug}/threads"
    return redirect(f"{way}/{post.thread_id}", 303)
