"""Ask a board without one's name."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation import anonymous_questions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("boards/anonymous", __name__)
_questions = RateLimit("questions without a name of a reader", 10, 3600)


@blueprint.get("/boards/<slug>/ask")
def show(slug: str) -> Response:
    """What asking without one's name means, and where to write."""
    current_visit.get_visit()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        if not anonymous_questions.can_ask(session, board):
            raise NotFound("takes no questions without a name")
    return personal_page("boards/anonymous.html", board=board, longest=anonymous_questions.LONGEST)


@blueprint.post("/boards/<slug>/ask")
def ask(slug: str) -> BaseResponse:
    """Hand a question to the board's moderators."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_questions, str(visit.reader_id))
    text, consent = request.form.get("text", ""), request.form.get("consent", "").strip()
    if request.form.get("for") == "another" and not (consent and "agreed" in request.form):
        with database.read_transaction() as session:
            board = boards.get_board(session, slug)
        facts = {"text": text[: anonymous_questions.LONGEST], "consent": consent[:500], "problem": True}
        return personal_page(
            "boards/anonymous.html", 400, board=board, longest=anonymous_questions.LONGEST, **facts
        )
    if request.form.get("for") != "another":
        consent = ""
    with database.transaction() as session:
        person = sessions.person_of(session, visit)
        anonymous_questions.ask(
            session, boards.get_board(session, slug), visit.reader_id, person, text, consent
        )
    return redirect("/you/asked?sent=1", 303)
