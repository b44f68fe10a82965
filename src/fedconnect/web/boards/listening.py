"""Offering to answer where nobody does; and a board's moderators say whom they may be asked about."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.listening import listeners
from fedconnect.moderation.boards import team
from fedconnect.surfacing.hearing.listening_hours import read_hours
from fedconnect.web import current_visit, path_ids

blueprint = Blueprint("boards/listening", __name__)


@blueprint.post("/boards/<slug>/listening")
def listen(slug: str) -> BaseResponse:
    """Offer to answer where nobody does, in one's own hours; or end that."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        board = boards.get_board(session, slug)
        if request.form.get("how") == "end":
            listeners.leave(session, visit.person_id, board)
        else:
            form = request.form
            hours = read_hours(form.get("from", ""), form.get("to", ""), form.get("zone", "").strip())
            listeners.offer(session, visit.person_id, board, hours)
    return redirect(f"/boards/{slug}/hearing", 303)


@blueprint.post("/boards/<slug>/listening/<person_id>/<any(confirm, end):action>")
def change(slug: str, person_id: str, action: str) -> BaseResponse:
    """Let a moderator confirm a listener, who may then be asked about every post, or end their listening."""
    visit = current_visit.get_visit()
    number = path_ids.read_id(person_id)
    with database.transaction() as session:
        board = boards.get_board(session, slug)
        team.get_moderator(session, visit, board)
        if action == "end":
            is_known = listeners.leave(session, number, board)
        else:
            is_known = listeners.confirm(session, number, board)
        if not is_known:
            raise NotFound("nobody who listens here")
    return redirect(f"/boards/{slug}/hearing#listeners", 303)
