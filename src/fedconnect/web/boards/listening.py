"""Offering to answer where nobody does."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.surfacing.hearing import listeners
from fedconnect.web import current_visit

blueprint = Blueprint("boards/listening", __name__)


@blueprint.post("/boards/<slug>/listening")
def listen(slug: str) -> BaseResponse:
    """Offer to answer where nobody does, in one's own hours; or end that."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        board = boards.get_board(session, slug)
        if request.form.get("how") == "end":
            listeners.leave(session, visit.reader_id, board)
        else:
            form = request.form
            hours = listeners.read_hours(
                form.get("from", ""), form.get("to", ""), form.get("zone", "").strip()
            )
            listeners.offer(session, visit.reader_id, board, hours)
    return redirect(f"/boards/{slug}/hearing", 303)
