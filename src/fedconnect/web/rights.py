"""Everything that we keep about a reader, to take along; and to be forgotten."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.federation.home_servers import account_erasure
from fedconnect.federation.home_servers.own_posts import AT_HOME_AT_ONCE
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation import data_rights
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

your_rights = Blueprint("rights", __name__, url_prefix="/you")
_exports = RateLimit("exports of a reader", 5, 86_400)


@your_rights.post("/export")
def export() -> Response:
    """Return everything as a file, to whoever is signed in as the one it is about; no link to it is left anywhere."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_exports, str(visit.reader_id))
    with database.read_transaction() as session:
        text = data_rights.as_json(data_rights.export(session, sessions.person_of(session, visit)))
    answer = make_response(text)
    answer.content_type = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="fedconnect.json"'
    return answer


@your_rights.route("/erase", methods=["GET", "POST"])
def erase() -> BaseResponse:
    """Forget a reader, after asking once; their posts at home go too where they want that and permit it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        permitted = account_erasure.may_delete_at_home(session, visit)
    if request.method != "POST":
        return _page(permitted=permitted)
    if request.form.get("handle", "").strip().removeprefix("@") != visit.handle.removeprefix("@"):
        raise Malformed("handle", safe="Please type your handle as it stands above; nothing was deleted.")
    account_erasure.erase_reader(visit, at_home="at_home" in request.form)
    answer = redirect("/", 303)
    current_visit.forget_session(answer)
    return answer


def _page(**facts: Any) -> Response:
    return personal_page("you/erase.html", most=AT_HOME_AT_ONCE, **facts)
