"""The decisions that concern a reader."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.foundation import database
from fedconnect.moderation.decisions import own_decisions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/decisions", __name__)


@blueprint.get("/you/decisions")
def show() -> Response:
    """Every decision that concerns a reader, the latest first."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        rows = own_decisions.list_decisions(session, visit)
    return personal_page("you/decisions.html", rows=rows)
