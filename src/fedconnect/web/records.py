"""What anybody may know of how boards are looked after: the log, a year in figures, the rules, where help is."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.moderation.decisions import appeals, public_log

records = Blueprint("records", __name__)


@records.get("/transparency")
def transparency() -> Response:
    """A year of decisions, and what came of appeals."""
    with database.read_transaction() as session:
        everything = boards.list_every_board(session)
        figures = public_log.measure(session)
        each = appeals.who_hears_each(session, everything)
        hears = [(board, each[board.id]) for board in everything]
    return _page("moderation/transparency.html", figures=figures, hears=hears)


def _page(template: str, **facts: object) -> Response:
    return make_response(render_template(template, **facts))
