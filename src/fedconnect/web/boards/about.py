"""What a board is: its rules, what each post is promised and what came of it, and every way to take part, also without signing in."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards
from fedconnect.foundation import database, own_address
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.boards import board_rules
from fedconnect.surfacing.hearing import public_record
from fedconnect.web import current_visit
from fedconnect.web.responses import public_page

blueprint = Blueprint("boards/about", __name__)


@blueprint.get("/boards/<slug>/about")
def about(slug: str) -> Response:
    """What a board is, and how to take part."""
    visit = current_visit.find_visit()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        rules = board_rules.rules_of(board_rules.current(session, board))
        record = public_record.read_record(session, board, with_months=False)
        asks = anonymous_questions.is_offered(session, board)
    return public_page(
        "boards/about.html", board=board, rules=rules, record=record, asks=asks,
        follows=visit.follows(slug) if visit is not None else "", host=own_address.host(),
        handle=f"@{slug}@{own_address.host()}",
    )  # fmt: skip
