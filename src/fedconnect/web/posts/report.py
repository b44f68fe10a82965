"""Ask a board's moderators to look at a post."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.home_servers import report_forwarding
from fedconnect.moderation.reporting import read_severity
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.reader_actions import acting_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("posts/report", __name__)
_reports = RateLimit("reports of a reader", 10, 3600)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/report", methods=["GET", "POST"])
def report(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Ask the board's moderators to look at a post. It is kept here whatever the home server says."""
    visit = acting_visit()
    address = read_address(slug, thread_id, post_id)
    with database.read_transaction() as session:
        board, _, post = get_post_at(session, address)
    if request.method != "POST":
        return personal_page("posts/report.html", board=board, post=post, done=False)
    current_visit.check_rate_limit(_reports, str(visit.reader_id))
    form = request.form
    reported = report_forwarding.report_post(
        visit,
        address,
        form.get("words", ""),
        read_severity(form.get("harm", "")),
        passes_on="pass_on" in form,
    )
    problem = say(reported.problem) if reported.problem is not None else ""
    return personal_page(
        "posts/report.html", board=reported.board, post=reported.post, done=True, problem=problem
    )
