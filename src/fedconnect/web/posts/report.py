"""Ask a board's moderators to look at a post."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.oauth_scopes import Permission, asked_with
from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.home_servers import report_forwarding
from fedconnect.moderation import reporting
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.reader_actions import acting_visit
from fedconnect.web.responses import personal_page
from fedconnect.web.urgent_help import urgent_help

blueprint = Blueprint("posts/report", __name__)
_reports = RateLimit("reports of a reader", 10, 3600)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/report", methods=["GET", "POST"])
def report(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Ask the board's moderators to look at a post, or (`about=sentence`) at the sentence with which it was passed on to this
    reader. It is kept here whatever the home server says."""
    visit = acting_visit()
    address = read_address(slug, thread_id, post_id)
    is_about_sentence = request.values.get("about") == "sentence"
    with database.read_transaction() as session:
        board, _, post = get_post_at(session, address)
        by, sentence = reporting.get_passed_on(session, visit, post) if is_about_sentence else (None, "")
        shown: dict[str, Any] = {
            "board": board, "post": post, "sentence": sentence, "passed_by": by.handle if by is not None else "",
        }  # fmt: skip
    if request.method != "POST":
        return personal_page("posts/report.html", **shown, done=False)
    current_visit.check_rate_limit(_reports, str(visit.reader_id))
    form = request.form
    severity = reporting.read_severity(form.get("harm", ""))
    shown["care"] = urgent_help(board, severity)
    if is_about_sentence:
        with database.transaction() as session:
            reporting.report_sentence(session, visit, address, form.get("words", ""), severity)
        return personal_page("posts/report.html", **shown, done=True)
    words = form.get("words", "")
    if form.get("only") == "home":
        reported = report_forwarding.pass_on(visit, address, words)
    else:
        reported = report_forwarding.report_post(
            visit,
            address,
            words,
            severity,
            passes_on="pass_on" in form,
        )
    problem = say(reported.problem) if reported.problem is not None else ""
    return personal_page(
        "posts/report.html", board=reported.board, post=reported.post, done=True, problem=problem, care=shown["care"],
        needs=reported.needs, fields=[("only", "home"), ("words", words)], pressed=request.path,
        along=[one for one in asked_with(Permission.REPORT)[1:] if one not in current_visit.held_permissions()],
    )  # fmt: skip
