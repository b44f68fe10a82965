"""Asking for somebody else to look at a decision again."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database, ids
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation.decisions import own_decisions
from fedconnect.web import current_visit

blueprint = Blueprint("decisions/appeal", __name__)
_appeals = RateLimit("objections of a reader", 10, 3600)


@blueprint.post("/decisions/<decision_id>/appeal")
def appeal(decision_id: str) -> BaseResponse:
    """Ask for somebody else to look at a decision again."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_appeals, str(visit.reader_id))
    words = request.form.get("words", "")
    with database.transaction() as session:
        own_decisions.object_to(session, visit, ids.parse_id(decision_id) or 0, words)
    return redirect(f"/decisions/{decision_id}", 303)
