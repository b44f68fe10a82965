"""The fair hearing on pages: what is promised and what came of it, what was seen, passing on, listening, saying no."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards, read_markers, thread_pages
from fedconnect.forum.post_addresses import get_post_at, read_address
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.surfacing.hearing import impressions, listeners, opt_outs
from fedconnect.surfacing.profile import learning
from fedconnect.surfacing.profile.learning import Engagement
from fedconnect.web import current_visit, view_tracking

hearings = Blueprint("hearings", __name__)
_beacons = RateLimit("beacons of a reader", 300, 300)
_passes = RateLimit("posts that a reader passes on", 30, 3600)


@hearings.post("/seen")
def note_seen() -> BaseResponse:
    """Take in what a page saw: half of a post visible for a second. Says nothing in return."""
    visit = current_visit.get_visit()
    if visit.counts_views:
        current_visit.check_rate_limit(_beacons, str(visit.reader_id))
        tokens = request.form.get("tokens", "")[:20_000].split()
        view_tracking.note_showings(impressions.read_tokens(visit.reader_id, tokens))
    return Response(status=204)


@hearings.post("/boards/<slug>/threads/<thread_id>/<post_id>/less")
def less_like_this(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Want less of this kind: it goes from one's page, and counts against what is like it."""
    visit = current_visit.get_visit()
    address = read_address(slug, thread_id, post_id)
    with database.transaction() as session:
        _, _, post = get_post_at(session, address)
        learning.learn_engagement(session, visit.reader_id, post.id, Engagement.LESS)
        read_markers.mark_seen(session, {(visit.reader_id, post.thread_id): clock.now()})
    return redirect("/", 303)


@hearings.route("/boards/<slug>/threads/<thread_id>/<post_id>/pass-on", methods=["GET", "POST"])
def pass_on(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Pass a quiet post on to a board or to somebody, with one sentence why."""
    visit = current_visit.get_visit()
    address = read_address(slug, thread_id, post_id)
    with database.read_transaction() as session:
        board, _, post = get_post_at(session, address)
        may = listeners.may_pass_on(session, post)
        others = [one for one in boards.list_boards(session) if one.id != board.id]
        title = thread_pages.get_thread(session, board, post.thread_id).title
    if request.method != "POST" or not may:
        return _page(
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
        if request.form.get("to") == "person":
            if "@" not in handle.removeprefix("@") or len(handle) > 300:
                raise Malformed("handle", safe="Please type a whole handle, such as @ana@example.social.")
            listeners.pass_on_to_reader(session, visit.reader_id, post, handle, sentence)
        else:
            chosen = boards.get_board(session, request.form.get("board", ""))
            listeners.pass_on_to_board(session, visit.reader_id, post, chosen, sentence)
    return _page("posts/passed_on.html", board=board, post=post, title=title)


@hearings.route("/no/<code>", methods=["GET", "POST"])
def say_no(code: str) -> BaseResponse:
    """Let an author say no by the link in the board's note, without signing in."""
    asker = opt_outs.read_link(code)
    if asker is None:
        raise NotFound("no such link")
    with database.read_transaction() as session:
        asked = opt_outs.find_asked(session, asker)
    if asked is None:
        raise NotFound("a board or person that is gone")
    board, person = asked
    if request.method == "POST":
        with database.transaction() as session:
            where = None if request.form.get("where") == "everywhere" else board.id
            if request.form.get("how") == "allow":
                opt_outs.opt_in(session, person.id, board.id)
                opt_outs.opt_in(session, person.id)
            else:
                opt_outs.opt_out(session, person.id, where)
    with database.read_transaction() as session:
        here = opt_outs.has_opted_out(session, person.id, board.id)
    answer = _page("posts/opt_out.html", board=board, code=code, refused=here, handle=person.handle)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _page(template: str, **facts: object) -> Response:
    return make_response(render_template(template, **facts))
