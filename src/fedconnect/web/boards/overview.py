"""Every board there is; for whoever wants to write, the way to begin a conversation on each."""

from __future__ import annotations

from flask import Blueprint, Response, request

from fedconnect.forum import board_lines
from fedconnect.foundation import database
from fedconnect.web.responses import public_page

blueprint = Blueprint("boards/overview", __name__)


@blueprint.get("/boards")
def overview() -> Response:
    """Every board by name; with `for=writing`, where to begin a conversation."""
    with database.read_transaction() as session:
        lines = board_lines.list_board_lines(session)
    return public_page("boards/overview.html", lines=lines, is_writing=request.args.get("for") == "writing")
