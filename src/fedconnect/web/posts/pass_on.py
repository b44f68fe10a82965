"""Pass a quiet post on."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.forum import boards, thread_pages
from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.surfacing.hearing import passing_on
from fedconnect.web import current_visit
from fedconnect.web.responses import plain_page

blueprint = Blueprint("posts/pass_on", __name__)
_passes = RateLimit("posts that a reader passes on", 30, 3600)


@blueprint.route("/boards/<slug>/threads/<thread_id>/<post_id>/pass-on", methods=["GET", "POST"])
def pass_on(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Pass a quiet post on to a board or to somebody, with one sentence why."""
    visit = current_visit.get_visit()
    address = read_address(slug, thread_id, post_id)
    with database.read_transaction() as session:
        board, _, post = get_post_at(session, address)
        may = passing_on.may_pass_on(session, sessions.person_of(session, visit), post)
        others = [one for one in boards.list_open_boards(session) if one.id != board.id]
        title = thread_pages.get_thread(session, board, post.thread_id).title
    if request.method != "POST" or not may:
        return plain_page(
            "posts/pass_on.html",
            board=board,
            post=post,
            may=may,
            others=others,
            title=title,
        )
    current_visit.check_rate_limit(_passes, str(visit.reader_id))
    sentence, handle = request.form.get("sentence", ""), request.form.get("handle", "").strip()
    with database.transaction() as session:
        by = sessions.person_of(session, visit)
        if request.form.get("to") == "person":
            if "@" not in handle.removeprefix("@") or len(handle) > 300:
                raise Malformed("handle", safe="Please type a whole handle, such as @ana@example.social.")
            passing_on.pass_on_to_person(session, by, post, handle, sentence)
        else:
            chosen = boards.get_board(session, request.form.get("board", ""))
            passing_on.pass_on_to_board(session, by, post, chosen, sentence)
    return plain_page("posts/passed_on.html", board=board, post=post, title=title)
