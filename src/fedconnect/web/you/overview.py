"""A reader's own page: who they are here, where they are signed in, and what they permitted."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.accounts import grants, sessions
from fedconnect.accounts.server_software import software_of
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/overview", __name__)


@blueprint.get("/you")
def show() -> Response:
    """Who you are here, and what you permitted."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        signed_in = sessions.list_sessions(session, visit)
        held = grants.permissions_of(session, visit)
    return personal_page(
        "you/overview.html", sessions=signed_in, held=held, software=software_of(visit.software)
    )
