"""What a reader does with a post or a board: favourite, boost, save, delete, report, follow."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.permissions import Permission
from fedconnect.federation.home_servers import own_posts, reactions, report_forwarding
from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.post import ReactionKind
from fedconnect.moderation.reporting import read_severity
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.reader_actions import acting_visit, back_to_post
from fedconnect.web.responses import personal_page

acting = Blueprint("acting", __name__)
_reports = RateLimit("reports of a reader", 10, 3600)
_MARKS = {
    "favourite": (ReactionKind.LIKE, True), "unfavourite": (ReactionKind.LIKE, False),
    "boost": (ReactionKind.BOOST, True), "unboost": (ReactionKind.BOOST, False),
}  # fmt: skip


@acting.post(
    "/boards/<slug>/threads/<thread_id>/<post_id>/<any(favourite, unfavourite, boost, unboost):deed>"
)
def mark(slug: str, thread_id: str, post_id: str, deed: str) -> BaseResponse:
    """Favourite or boost through one's own server."""
    visit = acting_visit(Permission.MARK)
    kind, on = _MARKS[deed]
    reactions.react(visit, read_address(slug, thread_id, post_id), kind, on=on)
    return back_to_post(slug, thread_id, post_id)


@acting.post("/boards/<slug>/threads/<thread_id>/<post_id>/<any(save, unsave):deed>")
def save(slug: str, thread_id: str, post_id: str, deed: str) -> BaseResponse:
    """Keep a post for oneself; who permitted marks finds it among their bookmarks at home as well."""
    visit = acting_visit()
    reactions.bookmark(visit, read_address(slug, thread_id, post_id), on=deed == "save")
    return back_to_post(slug, thread_id, post_id)


@acting.route("/boards/<slug>/threads/<thread_id>/<post_id>/delete", methods=["GET", "POST"])
def delete(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Delete a post of one's own, after asking once."""
    visit = acting_visit(Permission.WRITE)
    address = read_address(slug, thread_id, post_id)
    if request.method != "POST":
        with database.read_transaction() as session:
            board, _, post = own_posts.get_own_post(session, visit, address)
        return personal_page("posts/delete.html", board=board, post=post)
    post = own_posts.delete_own_post(visit, address)
    return redirect(f"/boards/{slug}" if post.is_starter else f"/boards/{slug}/threads/{thread_id}", 303)


@acting.route("/boards/<slug>/threads/<thread_id>/<post_id>/report", methods=["GET", "POST"])
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
