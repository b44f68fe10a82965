"""To be forgotten."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.home_servers import account_erasure
from fedconnect.home_servers.own_post_deletion import AT_HOME_AT_ONCE
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/erase", __name__)


@blueprint.route("/you/erase", methods=["GET", "POST"])
def erase() -> BaseResponse:
    """Forget a reader, after asking once; their posts at home go too where they want that and permit it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        permitted = account_erasure.may_delete_at_home(session, visit)
    if request.method != "POST":
        return personal_page("you/erase.html", most=AT_HOME_AT_ONCE, permitted=permitted)
    if request.form.get("handle", "").strip().removeprefix("@") != visit.handle.removeprefix("@"):
        raise Malformed("handle", safe="Please type your handle as it stands above; nothing was deleted.")
    account_erasure.erase_reader(visit, at_home="at_home" in request.form)
    response = redirect("/", 303)
    current_visit.forget_session(response)
    return response
