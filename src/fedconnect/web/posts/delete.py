"""Delete a post of one's own."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database
from fedconnect.home_servers import own_post_deletion
from fedconnect.web.reader_actions import acting_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("posts/delete", __name__)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/delete", methods=["GET", "POST"])
def delete(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Delete a post of one's own, after asking once."""
    visit = acting_visit(Permission.WRITE)
    address = read_address(slug, thread_id, post_id)
    if request.method != "POST":
        with database.read_transaction() as session:
            board, _, post = own_post_deletion.get_own_post(session, visit, address)
        return personal_page("posts/delete.html", board=board, post=post)
    post = own_post_deletion.delete_own_post(visit, address)
    return redirect(f"/boards/{slug}" if post.is_starter else f"/boards/{slug}/threads/{thread_id}", 303)
