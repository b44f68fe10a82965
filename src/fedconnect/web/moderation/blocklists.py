"""Lists of servers: subscribed to, tried, put in force, and our own as a file."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.blocklists import blocklist_formats, blocklists, consensus, instance_policies
from fedconnect.foundation import database, ids, own_address
from fedconnect.foundation.errors import Malformed
from fedconnect.web import current_visit
from fedconnect.web.moderation.instances import changing_visit, read_policy
from fedconnect.web.responses import personal_page

blueprint = Blueprint("moderation/blocklists", __name__)


@blueprint.post("/servers/lists")
def add() -> BaseResponse:
    """Subscribe to a list, or import a file."""
    request.max_content_length = blocklist_formats.MOST_BYTES + (1 << 16)
    visit = changing_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
    source, at_most = (
        request.form.get("source", "").strip()[:2048],
        read_policy(request.form.get("at_most", "blocked")),
    )
    file = request.files.get("file")
    body = None
    if file is not None and file.filename:
        source, body = file.filename[:200], file.read(blocklist_formats.MOST_BYTES + 1)
    elif not source.startswith(("https://", "http://")):
        raise Malformed("source", safe="Please choose a file, or type the address of a list: https://…")
    blocklists.add_while_waiting(source, body, at_most)
    return redirect("/servers", 303)


@blueprint.post("/servers/lists/<list_id>/leave")
def leave(list_id: str) -> BaseResponse:
    """Leave a list."""
    visit = changing_visit()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        blocklists.remove_list(session, ids.parse_id(list_id) or 0)
        consensus.keep_up(session, admin)
    return redirect("/servers", 303)


@blueprint.post("/servers/agree")
def agree() -> BaseResponse:
    """Try what the lists would change, or put them in force."""
    number = request.form.get("lists", "1")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    visit = changing_visit()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        if request.form.get("how") != "force":
            return personal_page("moderation/blocklist_plan.html", plan=consensus.plan(session, wanted))
        consensus.put_in_force(session, wanted, admin)
    return redirect("/servers", 303)


@blueprint.get("/servers/list.csv")
def export() -> Response:
    """The servers that are closed here, as Mastodon and others read them."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        response = make_response(blocklists.export(session))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{own_address.host().partition(":")[0]}-servers.csv"'
    )
    return response
