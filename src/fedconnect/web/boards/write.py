"""Write to a board from one's own account, without signing in here."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards
from fedconnect.foundation import database, own_address
from fedconnect.home_servers.interaction_links import Intent
from fedconnect.moderation.posts import writing_places
from fedconnect.web.remote_interaction import respond_with_link

blueprint = Blueprint("boards/write", __name__)


@blueprint.route("/boards/<slug>/write", methods=["GET", "POST"])
def write(slug: str) -> Response:
    """Write to a board from one's own account."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    writing_places.check_open(board)
    return respond_with_link(board, Intent.WRITE, f"\n\n@{slug}@{own_address.host()}")
