"""A decision, for whom it concerns: what was decided, their own words, and how to object."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database, ids
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation.decisions import own_decisions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

deciding = Blueprint("deciding", __name__)
_appeals = RateLimit("objections of a reader", 10, 3600)


@deciding.get("/you/decisions")
def mine() -> Response:
    """Every decision that concerns a reader, the latest first."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        rows = own_decisions.list_decisions(session, visit)
    return personal_page("you/decisions.html", rows=rows)


@deciding.get("/decisions/<decision_id>")
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


@deciding.post("/decisions/<decision_id>/appeal")
def object_to(decision_id: str) -> BaseResponse:
    """Ask for somebody else to look at a decision again."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_appeals, str(visit.reader_id))
    words = request.form.get("words", "")
    with database.transaction() as session:
        own_decisions.object_to(session, visit, ids.parse_id(decision_id) or 0, words)
    return redirect(f"/decisions/{decision_id}", 303)
