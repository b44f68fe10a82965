"""Want less of a kind of post."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import read_markers
from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import clock, database
from fedconnect.surfacing.profile import learning
from fedconnect.surfacing.profile.learning import Engagement
from fedconnect.web import current_visit

blueprint = Blueprint("posts/less", __name__)


@blueprint.post("/boards/<slug>/threads/<thread_id>/<post_id>/less")
def less_like_this(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Want less of this kind: it goes from one's page, and counts against what is like it."""
    visit = current_visit.get_visit()
    address = read_address(slug, thread_id, post_id)
    with database.transaction() as session:
        _, _, post = get_post_at(session, address)
        learning.learn_engagement(session, visit.reader_id, post.id, Engagement.LESS)
        read_markers.mark_seen(session, {(visit.reader_id, post.thread_id): clock.now()})
    return redirect("/", 303)
