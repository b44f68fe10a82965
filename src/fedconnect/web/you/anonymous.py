"""What a reader asked without their name, and what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import Malformed
from fedconnect.moderation import anonymous_questions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/anonymous", __name__)


@blueprint.get("/you/asked")
def show() -> Response:
    """What a reader asked without their name, and what came of it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        asked = anonymous_questions.list_asked(session, visit.reader_id)
    return personal_page("you/anonymous.html", asked=asked, sent="sent" in request.args)


@blueprint.post("/you/asked/<asked_id>")
def take_back(asked_id: str) -> BaseResponse:
    """Take a question back: the board's post is taken down, and the link is forgotten."""
    visit = current_visit.get_visit()
    number = ids.parse_id(asked_id)
    if number is None:
        raise Malformed("id")
    with database.transaction() as session:
        anonymous_questions.take_back(session, visit.reader_id, number)
    return redirect("/you/asked", 303)
