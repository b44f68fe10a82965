"""Asking a board's moderators to look at a post that stays here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import local_only
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation import reporting
from fedconnect.moderation.posts import local_board_access
from fedconnect.moderation.reporting import read_severity
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page
from fedconnect.web.urgent_help import urgent_help

blueprint = Blueprint("local_boards/report_post", __name__, url_prefix="/here/<slug>")
_reports = RateLimit("reports of a reader of posts that stay here", 10, 3600)


@blueprint.route("/<thread_id>/<post_id>/report", methods=["GET", "POST"])
def report(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Ask the board's moderators to look at a post; nobody else is told."""
    visit, address = current_visit.get_visit(), read_address(slug, thread_id, post_id)
    with database.read_transaction() as session:
        found, _, post = local_board_access.get_post(session, visit, address)
    facts: dict[str, Any] = {
        "board": found,
        "back": f"/here/{slug}/{thread_id}",
        "excerpt": local_only.plain_text(post)[:280],
    }
    if request.method != "POST":
        return personal_page("posts/report.html", post=post, done=False, **facts)
    current_visit.check_rate_limit(_reports, str(visit.reader_id))
    words, said = request.form.get("words", ""), read_severity(request.form.get("harm", ""))
    with database.transaction() as session:
        reporting.report_local_post(session, visit, address, words, said)
    return personal_page(
        "posts/report.html", post=post, done=True, problem="", care=urgent_help(found, said), **facts
    )
