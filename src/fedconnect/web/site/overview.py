"""What there is to do for those who run this forum."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.blocklists import instance_policies
from fedconnect.foundation import database
from fedconnect.moderation import first_steps
from fedconnect.web import current_visit
from fedconnect.web.moderation.instances import changing_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("site/overview", __name__)


@blueprint.get("/admin")
def show() -> Response:
    """Where admins go from."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        steps = first_steps.list_first_steps(session, visit.person_id)
    return personal_page("site/overview.html", steps=steps)


@blueprint.post("/admin/steps")
def hide_steps() -> BaseResponse:
    """Show the first steps no longer."""
    visit = changing_visit()
    with database.transaction() as session:
        instance_policies.get_admin(session, visit)
        first_steps.hide_first_steps(session)
    return redirect("/admin", 303)
