"""What there is to do for those who run this forum."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.blocklists import instance_policies
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("site/overview", __name__)


@blueprint.get("/admin")
def show() -> Response:
    """Where admins go from."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
    return personal_page("site/overview.html")
