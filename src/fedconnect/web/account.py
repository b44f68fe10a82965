"""A reader's own page: what they permitted, where they are signed in, and how to end it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants, sessions
from fedconnect.accounts.software import software_of
from fedconnect.federation.pace import waiting_for_others
from fedconnect.forum import keeping
from fedconnect.foundation import database, fetch, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.web import visitors

account = Blueprint("account", __name__, url_prefix="/you")


@account.get("")
def overview() -> Response:
    """Who you are here, and what you permitted."""
    visit = visitors.get_visit()
    with database.reading() as session:
        signed_in = sessions.list_sessions(session, visit)
        held = grants.permissions_of(session, visit)
    answer = make_response(
        render_template("you.html", sessions=signed_in, held=held, software=software_of(visit.software))
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@account.get("/saved")
def saved() -> Response:
    """The posts that a reader keeps."""
    visit = visitors.get_visit()
    with database.reading() as session:
        lines = keeping.list_saved(session, visit.reader_id)
    return make_response(render_template("saved.html", lines=lines))


@account.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> BaseResponse:
    """Sign out in another browser."""
    visit = visitors.get_visit()
    number = ids.parse_id(session_id)
    if number is None:
        raise NotFound("no id")
    with database.transaction() as session:
        sessions.end(session, visit, number)
    return redirect("/you", 303)


@account.post("/disconnect")
def disconnect() -> BaseResponse:
    """Give every permission back, and sign out everywhere."""
    visit = visitors.get_visit()
    with waiting_for_others(), fetch.at_most(10.0):
        grants.withdraw(visit.reader_id)
    with database.transaction() as session:
        sessions.end_all(session, visit.reader_id)
    answer = redirect("/", 303)
    visitors.forget_session(answer)
    return answer
