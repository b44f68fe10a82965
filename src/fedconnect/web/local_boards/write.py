"""Writing on a board that does not federate: a conversation, or an answer."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.forum import local_only
from fedconnect.foundation import database, ids
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.post import PostState
from fedconnect.moderation.posts.local_posts import submit_local_post
from fedconnect.web import current_visit

blueprint = Blueprint("local_boards/write", __name__, url_prefix="/here/<slug>")
_posts = RateLimit("posts of a reader that stay here", 30, 3600)


@blueprint.post("")
def start(slug: str) -> BaseResponse:
    """Begin a conversation; its first line is the title."""
    return _write(slug, None)


@blueprint.post("/<thread_id>")
def reply(slug: str, thread_id: str) -> BaseResponse:
    """Answer in a conversation."""
    return _write(slug, ids.parse_id(thread_id) or 0)


def _write(slug: str, thread_id: int | None) -> BaseResponse:
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_posts, str(visit.reader_id))
    with database.transaction() as session:
        found, person = local_only.get_board(session, slug), sessions.person_of(session, visit)
        post = submit_local_post(session, found, person, request.form.get("text", ""), thread_id)
        waits = "?waits=1" if post.state is PostState.HELD else ""
    return redirect(f"/here/{slug}/{post.thread_id}{waits}#post-{post.id}", 303)
