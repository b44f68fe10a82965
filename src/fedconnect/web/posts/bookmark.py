"""Keep a post for oneself."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum.post_addresses import read_address
from fedconnect.home_servers import reactions
from fedconnect.web.reader_actions import acting_visit, back_to_post

blueprint = Blueprint("posts/bookmark", __name__)


@blueprint.post("/boards/<slug>/threads/<thread_id>/<post_id>/<any(save, unsave):action>")
def bookmark(slug: str, thread_id: str, post_id: str, action: str) -> BaseResponse:
    """Keep a post for oneself; who permitted marks finds it among their bookmarks at home as well."""
    visit = acting_visit()
    reactions.bookmark(visit, read_address(slug, thread_id, post_id), on=action == "save")
    if request.form.get("back") == "list":
        return redirect("/", 303)
    return back_to_post(slug, thread_id, post_id)
