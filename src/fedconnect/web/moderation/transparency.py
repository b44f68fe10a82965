"""A year of decisions, and what came of appeals."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.moderation.decisions import appeals, public_log
from fedconnect.web.responses import plain_page

blueprint = Blueprint("moderation/transparency", __name__)


@blueprint.get("/transparency")
def show() -> Response:
    """A year of decisions, and what came of appeals."""
    with database.read_transaction() as session:
        everything = boards.list_every_board(session)
        figures = public_log.measure(session)
        each = appeals.who_hears_each(session, everything)
        hears = [(board, each[board.id]) for board in everything]
    return plain_page("moderation/transparency.html", figures=figures, hears=hears)
