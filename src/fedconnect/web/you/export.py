"""Everything that we keep about a reader, to take along."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from fedconnect import data_rights
from fedconnect.accounts import sessions
from fedconnect.foundation import database
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit

blueprint = Blueprint("you/export", __name__)
_exports = RateLimit("exports of a reader", 5, 86_400)


@blueprint.post("/you/export")
def export() -> Response:
    """Return everything as a file, to whoever is signed in as the one it is about; no link to it is left anywhere."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_exports, str(visit.reader_id))
    with database.read_transaction() as session:
        text = data_rights.as_json(data_rights.export(session, sessions.person_of(session, visit)))
    response = make_response(text)
    response.content_type = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="fedconnect.json"'
    return response
