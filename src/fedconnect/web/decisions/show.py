"""A decision, for whom it concerns: what was decided, their own words, and how to object."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.foundation import database, ids
from fedconnect.moderation.decisions import own_decisions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("decisions/show", __name__)


@blueprint.get("/decisions/<decision_id>")
def show(decision_id: str) -> Response:
    """One decision: which rule, why, by a human or not, and what it took away."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        shown = own_decisions.read_decision(session, visit, ids.parse_id(decision_id) or 0)
        return personal_page(
            "decisions/show.html",
            decision=shown.decision,
            board=shown.board,
            post=shown.post,
            words=shown.words,
            thread=shown.thread,
            appeal=shown.appeal,
            may_object=shown.may_object,
            hears=shown.hears,
        )
