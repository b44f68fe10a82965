"""Asking without one's name, and the answers that came."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.forum import boards
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation import anonymous_questions
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

unnamed_questions = Blueprint("unnamed", __name__)
_questions = RateLimit("questions without a name of a reader", 10, 3600)


@unnamed_questions.get("/boards/<slug>/ask")
def show(slug: str) -> Response:
    """What asking without one's name means, and where to write."""
    current_visit.get_visit()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        if not anonymous_questions.can_ask(session, board):
            raise NotFound("takes no questions without a name")
    return personal_page("boards/anonymous.html", board=board, longest=anonymous_questions.LONGEST)


@unnamed_questions.post("/boards/<slug>/ask")
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


@unnamed_questions.get("/you/asked")
def mine() -> Response:
    """What a reader asked without their name, and what came of it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        asked = anonymous_questions.list_asked(session, visit.reader_id)
    return personal_page("you/anonymous.html", asked=asked, sent="sent" in request.args)


@unnamed_questions.post("/you/asked/<asked_id>")
def take_back(asked_id: str) -> BaseResponse:
    """Take a question back: the board's post is taken down, and the link is forgotten."""
    visit = current_visit.get_visit()
    number = ids.parse_id(asked_id)
    if number is None:
        raise Malformed("id")
    with database.transaction() as session:
        anonymous_questions.take_back(session, visit.reader_id, number)
    return redirect("/you/asked", 303)
