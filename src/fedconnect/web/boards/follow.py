"""Follow a board: from one's own server without signing in here, or as a reader."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.home_servers import board_follows
from fedconnect.home_servers.board_follows import FollowChange
from fedconnect.home_servers.interaction_links import Intent
from fedconnect.web.reader_actions import acting_visit
from fedconnect.web.remote_interaction import respond_with_link

blueprint = Blueprint("boards/follow", __name__)


@blueprint.route("/boards/<slug>/follow", methods=["GET", "POST"])
def follow(slug: str) -> Response:
    """Follow a board from one's own account."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    return respond_with_link(board, Intent.FOLLOW, boards.board_uri(slug))


@blueprint.post("/boards/<slug>/following")
def following(slug: str) -> BaseResponse:
    """Follow a board from one's own account, or on these pages alone; or end it."""
    known = {one.value: one for one in FollowChange}
    change = known.get(request.form.get("how", ""), FollowChange.END_HERE)
    board_follows.follow(acting_visit(Permission.FOLLOW if change.asks_home else None), slug, change)
    return redirect("/?choose=boards" if request.form.get("back") == "choose" else f"/boards/{slug}", 303)
