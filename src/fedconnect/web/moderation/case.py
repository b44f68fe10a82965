"""One case: what it is about, and what is done with it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.drafts import Visibility
from fedconnect.foundation import database, ids
from fedconnect.moderation.casework import case_page, case_work, deciding
from fedconnect.web import current_visit
from fedconnect.web.moderation.decision_form import deciding_visit, form_facts, read_decision
from fedconnect.web.moderation.queue import back_to_queue
from fedconnect.web.responses import personal_page

blueprint = Blueprint("moderation/case", __name__)


@blueprint.get("/moderation/<case_id>")
def show(case_id: str) -> Response:
    """One case: what it is about, what was said about it, and what can be done."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        shown = case_page.read_case(session, visit, ids.parse_id(case_id) or 0)
        return personal_page(
            "moderation/case.html",
            line=shown.line,
            is_open=shown.is_open,
            board=shown.board,
            notes=shown.notes,
            appeal=shown.appeal,
            decision=shown.decision,
            consent=shown.consent,
            **form_facts(shown.form),
        )


@blueprint.post("/moderation/<case_id>")
def decide(case_id: str) -> BaseResponse:
    """Decide on a case."""
    visit = deciding_visit()
    with database.transaction() as session:
        made = deciding.decide_case(session, visit, ids.parse_id(case_id) or 0, read_decision())
    return redirect(back_to_queue([made] if made is not None else []), 303)


@blueprint.post("/moderation/<case_id>/<any(claim, unclaim, note, evidence, answer, publish, hear):action>")
def work_on(case_id: str, action: str) -> BaseResponse:
    """Claim a case or give it back, note something for the others, look at evidence, answer, let the board ask, hear an
    appeal."""
    visit, number = deciding_visit(), ids.parse_id(case_id) or 0
    form, words, here = request.form, request.form.get("words", ""), f"/moderation/{case_id}"
    with database.transaction() as session:
        if action == "evidence":
            kept = case_work.open_evidence(session, visit, number)
            return personal_page("moderation/evidence.html", text=kept, case_id=number)
        if action == "claim":
            case_work.claim(session, visit, number)
        elif action == "unclaim":
            case_work.let_go(session, visit, number)
            here = "/moderation"
        elif action == "note":
            case_work.note(session, visit, number, words)
        elif action == "answer":
            here = "/moderation" if case_work.reply(session, visit, number, words) else here
        elif action == "publish":
            visibility = Visibility.UNLISTED if "quietly" in form else Visibility.PUBLIC
            board, post = case_work.publish(session, visit, number, words, visibility)
            here = f"/boards/{board.slug}/threads/{post.thread_id}"
        else:
            case_work.hear(session, visit, number, words, overturn=form.get("how") == "overturn")
            here = "/moderation"
    return redirect(here, 303)
